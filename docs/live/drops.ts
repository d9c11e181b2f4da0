/** Calls `drop` with the files that are dropped anywhere on the page; what is returned ends that. */
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
  // Anywhere on the page: a file that misses the place would otherwise leave it.
  document.addEventListener('dragover', over);
  document.addEventListener('dragleave', over);
  document.addEventListener('drop', dropped);
  return () => {
    document.removeEventListener('dragover', over);
    document.removeEventListener('dragleave', over);
    document.removeEventListener('drop', dropped);
  };
}
