import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { notify } from '@/lib/notify';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { queryClient } from '@/lib/query-client';
import { changeMove, type Move, moveKeys, type MovePlanChanges, startMove } from '../api/moves';
import { changedPlan } from './plan-changes';
import { PlannedFiles } from './planned-files';
import { PlannedChoices, PlannedPeople, PlannedStages } from './planned-matches';

/** Problems that are named at once. */
const NAMED = 5;

/** What a move is going to do. Every change is kept at once; nothing is brought before the start. */
export function MovePlanning({ move }: { move: Move }) {
  const { t } = useTranslation('imports');
  // Shown on top of what the API has: an answer to an earlier change doesn't know of later ones.
  const [unsaved, setUnsaved] = useState<MovePlanChanges[]>([]);
  const change = useMutation({
    // One after the other, so that the last answer has all changes.
    scope: { id: `move-${move.id}` },
    mutationFn: (changes: MovePlanChanges) => changeMove(move.id, changes),
    onError: (error) => {
      notify({ color: 'red', message: problemText(error) });
      void queryClient.invalidateQueries({ queryKey: moveKeys.one(move.id) });
    },
    onSettled: (_, __, changes) => setUnsaved((all) => all.filter((one) => one !== changes)),
  });
  const start = useMutation({ mutationFn: () => startMove(move.id) });
  if (!move.plan) return null;
  const plan = unsaved.reduce(changedPlan, move.plan);
  const rows = plan.files.reduce(
    (sum, { isIncluded, brings, rows: own }) => sum + (isIncluded && brings !== 'people' ? own : 0),
    0,
  );
  const onChange = (changes: MovePlanChanges) => {
    start.reset();
    setUnsaved((all) => [...all, changes]);
    change.mutate(changes);
  };
  const { error } = start;
  const problems = error instanceof ApiProblem ? error.fields.map(fieldProblemText) : [];
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('moves.planText')}
      </Text>
      <PlannedFiles plan={plan} onChange={onChange} />
      <PlannedPeople plan={plan} onChange={onChange} />
      <PlannedStages plan={plan} onChange={onChange} />
      <PlannedChoices plan={plan} onChange={onChange} />
      {error ? (
        <Alert
          color="red"
          variant="light"
          role="alert"
          mt="lg"
          icon={<IconAlertTriangle size={18} />}
          title={problems.length ? t('moves.cannotStart') : undefined}
        >
          {problems.length
            ? problems.slice(0, NAMED).map((text) => (
                <Text key={text} size="sm">
                  {text}
                </Text>
              ))
            : problemText(error)}
        </Alert>
      ) : null}
      <Group mt="lg">
        <Button
          leftSection={<IconPlayerPlay size={15} />}
          loading={start.isPending}
          disabled={rows === 0 || unsaved.length > 0}
          onClick={() => start.mutate()}
        >
          {rows > 0 ? t('moves.startRows', { count: rows }) : t('moves.start')}
        </Button>
      </Group>
    </>
  );
}
