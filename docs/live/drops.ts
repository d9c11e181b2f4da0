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
