import type { ReactNode } from 'react';

/** What a form in a dialog ends with: at the bottom and in view, however long the form is. Fits forms with the padding `p-5`. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="sticky -bottom-5 z-10 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-line bg-sheet px-5 py-3">
      {children}
    </div>
  );
}
