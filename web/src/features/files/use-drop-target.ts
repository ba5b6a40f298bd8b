import { useRef, useState, type DragEvent } from 'react';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** Takes files that are dropped on an element. `over` while they are held above it. */
export function useDropTarget(onFiles: (files: File[]) => void) {
  // Entering a child leaves its parent: only the balance tells whether the pointer is outside.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const handlers = {
    onDragEnter(event: DragEvent): void {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth.current += 1;
      setOver(true);
    },
    onDragOver(event: DragEvent): void {
      if (carriesFiles(event)) event.preventDefault();
    },
    onDragLeave(event: DragEvent): void {
      if (!carriesFiles(event)) return;
      depth.current -= 1;
      if (depth.current <= 0) setOver(false);
    },
    onDrop(event: DragEvent): void {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      onFiles([...event.dataTransfer.files]);
    },
  };
  return { over, handlers };
}
