import { NumberInput, Radio, Select, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { recordName } from '@/records/object-description';
import classes from './assignment.module.css';
import { KINDS, type Kind, METHODS, type Method, type RuleDraft } from './model/rule-draft';

interface TargetFieldsProps {
  draft: RuleDraft;
  /** Whether the form was submitted, so that it says what is missing. */
  isTried: boolean;
  hasTerritories: boolean;
  onChange: (change: Partial<RuleDraft>) => void;
}

/** Who gets the leads of a rule, and in which turns. */
export function TargetFields({ draft, isTried, hasTerritories, onChange }: TargetFieldsProps) {
  const { t } = useTranslation('assignment');
  const people = useObject('member');
  const teams = useObject('team');
  const kinds = KINDS.filter((kind) => kind !== 'territory' || hasTerritories || draft.kind === 'territory');
  return (
    <fieldset className={classes['part']}>
      <legend className={classes['legend']}>{t('target')}</legend>
      <Stack gap="md">
        <Radio.Group
          aria-label={t('target')}
          value={draft.kind}
          onChange={(kind) => onChange({ kind: kind as Kind })}
        >
          <Stack gap={6}>
            {kinds.map((kind) => (
              <Radio key={kind} value={kind} label={t(`choices.${kind}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {draft.kind === 'member' && people ? (
          <ReferencePicker
            object={people}
            label={t('kinds.member')}
            isRequired
            canCreate={false}
            people="logIn"
            value={draft.member}
            error={isTried && !draft.member ? t('missing.member') : undefined}
            onChange={(member) => onChange({ member })}
          />
        ) : null}
        {draft.kind === 'team' && teams ? (
          <ReferencePicker
            object={teams}
            label={t('kinds.team')}
            isRequired
            canCreate={false}
            value={draft.team}
            error={isTried && !draft.team ? t('missing.team') : undefined}
            onChange={(team) => onChange({ team, weights: {} })}
          />
        ) : null}
        {draft.kind === 'member' ? null : (
          <>
            <Select
              label={t('method')}
              description={t(`methods.${draft.method}.help`)}
              allowDeselect={false}
              data={METHODS.filter((method) => method !== 'weighted' || draft.kind === 'team').map(
                (value) => ({
                  value,
                  label: t(`methods.${value}.label`),
                }),
              )}
              value={draft.method}
              onChange={(method) => method && onChange({ method: method as Method })}
            />
            {draft.method === 'weighted' && draft.team ? (
              <Weights
                team={draft.team.id}
                weights={draft.weights}
                onChange={(weights) => onChange({ weights })}
              />
            ) : null}
            <NumberInput
              label={t('limit')}
              description={t('limitHelp')}
              min={1}
              max={100_000}
              allowDecimal={false}
              value={draft.limit ?? ''}
              onChange={(limit) => onChange({ limit: typeof limit === 'number' ? limit : undefined })}
            />
          </>
        )}
      </Stack>
    </fieldset>
  );
}

/** The share of each person of a team. */
function Weights({
  team,
  weights,
  onChange,
}: {
  team: string;
  weights: Record<string, number>;
  onChange: (weights: Record<string, number>) => void;
}) {
  const { t } = useTranslation('assignment');
  const people = useObject('member');
  const query = useQuery({
    queryKey: [...recordKeys.lists('/members'), 'of-team', team],
    queryFn: ({ signal }) =>
      listRecords(
        '/members',
        { filter: { field: 'team', op: 'eq', value: team }, limit: 100, sort: 'name' },
        undefined,
        signal,
      ),
  });
  if (!people || query.isPending) return <Skeleton height={64} role="status" aria-label={t('loading')} />;
  return (
    <div className={classes['weights']}>
      {(query.data?.data ?? []).map((person) => {
        const name = recordName(people, person);
        return [
          <span key={person.id}>{name}</span>,
          <NumberInput
            key={`${person.id} weight`}
            size="xs"
            aria-label={t('weight', { name })}
            min={1}
            max={10}
            clampBehavior="strict"
            allowDecimal={false}
            value={weights[person.id] ?? 1}
            onChange={(weight) =>
              onChange({ ...weights, [person.id]: typeof weight === 'number' && weight >= 1 ? weight : 1 })
            }
          />,
        ];
      })}
    </div>
  );
}
