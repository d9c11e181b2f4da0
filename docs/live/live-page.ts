import './live.css';
import { onBeforeUnmount, onMounted, type Ref, ref } from 'vue';

/** Starts what runs in an element, and returns what stops it. */
type Start = (root: HTMLElement) => (() => void) | Promise<() => void>;

/**
 * The element of a live page, in which `load` starts what runs once the page is shown, until it is left.
 *
 * @param load - Imports the code, which is not part of the page's own script.
 */
export function useLivePage(load: () => Promise<Start>): Ref<HTMLElement | undefined> {
  const root = ref<HTMLElement>();
  let stop: (() => void) | undefined;
  onMounted(async () => {
    const start = await load();
    if (root.value !== undefined) stop = await start(root.value);
  });
  onBeforeUnmount(() => stop?.());
  return root;
}
