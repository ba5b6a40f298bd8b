import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { useStrings } from '../../../lib/strings/index.ts';

/** For others that open the same file picker, such as the empty desk. */
export const attachInputId = 'attach-files';

export function AttachButton({ onFiles }: { onFiles(files: File[]): void }) {
  const strings = useStrings();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={Paperclip} label={strings.chat.attach} onClick={() => input.current?.click()} />
      <input
        ref={input}
        id={attachInputId}
        type="file"
        multiple
        hidden
        aria-label={strings.chat.attach}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
