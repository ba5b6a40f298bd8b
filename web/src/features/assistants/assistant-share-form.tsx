import { useStrings } from '../../lib/strings/index.ts';
import { PeopleShares } from '../directory/people-shares.tsx';

/** With whom an assistant is shared. */
export const AssistantShareForm = ({ id }: { id: string }) => (
  <PeopleShares
    path={`/api/assistants/${id}/shares`}
    queryKey={['assistants', id, 'shares']}
    text={useStrings().assistants.shareText}
  />
);
