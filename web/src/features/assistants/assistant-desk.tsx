import type { Assistant } from '../../../../shared/api/assistants.ts';
import { AssistantSign } from './assistant-sign.tsx';

/** The desk before the first question to an assistant: who it is, and what one may ask. */
export function AssistantDesk({ assistant, onBegin }: { assistant: Assistant; onBegin(text: string): void }) {
  const { name, description, emoji, starters } = assistant;
  return (
    <div className="flex flex-1 flex-col items-center justify-center py-6 text-center">
      <AssistantSign emoji={emoji} large />
      <h1 className="mt-3 max-w-full text-2xl break-words">{name}</h1>
      {description !== '' && <p className="mt-1 max-w-md break-words text-muted">{description}</p>}
      {starters.length > 0 && (
        <ul className="mt-7 grid w-full max-w-2xl gap-2.5 text-start sm:grid-cols-2">
          {starters.map((starter) => (
            <li key={starter}>
              <button
                type="button"
                onClick={() => onBegin(starter)}
                className="h-full w-full rounded-lg border border-line bg-sheet p-3.5 text-start shadow-sheet transition-colors hover:border-accent"
              >
                {starter}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
