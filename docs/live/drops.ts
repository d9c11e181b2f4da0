/** Calls `drop` with files dropped anywhere on the page. Returns a function that stops listening. */
export function listenToDrops(
  root: HTMLElement,
  drop: (files: readonly File[]) => void,
): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    root.dataset['over'] = String(event.type === 'dragover');
  };
  const dropped = (event: DragEvent): void => {
    over(event);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) drop(files);
  };
  // Listens on the whole page: a file dropped elsewhere would make the browser navigate to it.
  document.addEventListener('dragover', over);
  document.addEventListener('dragleave', over);
  document.addEventListener('drop', dropped);
  return () => {
    document.removeEventListener('dragover', over);
    document.removeEventListener('dragleave', over);
    document.removeEventListener('drop', dropped);
  };
}

/** On a page without files: a dropped file does nothing, instead of replacing the page. Returns a function that ends it. */
export function refuseDrops(): () => void {
  const refuse = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  document.addEventListener('dragover', refuse);
  document.addEventListener('drop', refuse);
  return () => {
    document.removeEventListener('dragover', refuse);
    document.removeEventListener('drop', refuse);
  };
}
