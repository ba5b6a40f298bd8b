import { useQuery } from '@tanstack/react-query';
import type { GroupModel } from '../../../../shared/api/providers.ts';
import { useServices } from '../../app/services.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useModels } from '../chat/models/use-models.ts';
import { modelChoices } from './model-choices.ts';
import { Select } from './select.tsx';

export const groupModelPath = (groupId: string) => `/api/admin/groups/${groupId}/model` as const;

type Props = {
  /** Null: of a group that is being made. */
  groupId: string | null;
  /** What is chosen and not saved yet; undefined: as it is stored. */
  chosen: string | null | undefined;
  onChoose(model: string | null): void;
};

/** Which model answers the members of a group who have chosen none. */
export function GroupModelChoice({ groupId, chosen, onChoose }: Props) {
  const words = useStrings().providers;
  const { client } = useServices();
  const { models } = useModels();
  const path = groupModelPath(groupId ?? '');
  const stored = useQuery({
    queryKey: ['admin', path],
    enabled: groupId !== null,
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => client.get<GroupModel>(path, signal),
  });
  if (stored.isError) return <ProblemNotice refusal={refusalOf(stored.error)} />;
  if (groupId !== null && !stored.data) return <Skeleton lines={['w-1/3', 'h-10! w-full']} />;
  const model = chosen === undefined ? (stored.data?.default_model ?? null) : chosen;
  return (
    <div className="space-y-1">
      <Select
        label={words.defaultModel}
        value={model ?? ''}
        options={modelChoices(models, model, words.instanceDefault)}
        onChange={({ target }) => onChoose(target.value || null)}
      />
      <p className="text-sm text-muted">{words.groupDefaultHint}</p>
    </div>
  );
}
