import { useStrings } from '../../lib/strings/index.ts';
import { PeopleShares } from '../directory/people-shares.tsx';

/** With whom a collection is shared, to read or to write. */
export const CollectionShareForm = ({ id }: { id: string }) => (
  <PeopleShares
    path={`/api/collections/${id}/shares`}
    queryKey={['collections', id, 'shares']}
    text={useStrings().knowledge.shareText}
    withAccess
  />
);
