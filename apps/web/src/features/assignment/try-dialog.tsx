import { Alert, Button, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { Form } from '@/lib/forms/form';
import { problemText } from '@/lib/problem-text';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { ConditionText } from '@/records/filters/condition-text';
import { fieldOf, type ObjectDescription, type RecordReference } from '@/records/object-description';
import { type AssignmentTrial, tryRules } from './api/assignment';
import classes from './assignment.module.css';

/** Fields that rules ask most, to be typed. */
const TYPED = ['company', 'country', 'region', 'city', 'industry', 'source', 'rating'];

/** Shows whom the rules would give a lead to. Nothing changes. */
export function TryDialog({ lead, onClose }: { lead: ObjectDescription; onClose: () => void }) {
  const { t } = useTranslation('assignment');
  const [by, setBy] = useState<'lead' | 'values'>('lead');
  const [chosen, setChosen] = useState<RecordReference | null>(null);
  const [values, setValues] = useState<Record<string, string>>({});
  const trial = useMutation({
    mutationFn: () =>
      tryRules(
        by === 'lead'
          ? { lead: chosen!.id }
          : { values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) },
      ),
  });
  const change = (key: string, value: string | null) => {
    trial.reset();
    setValues((current) => ({ ...current, [key]: value ?? '' }));
  };
  return (
    <Dialog size="lg" title={t('try.title')} onClose={onClose}>
      <Form onSubmit={() => (by === 'values' || chosen) && trial.mutate()}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('try.text')}
          </Text>
          <SegmentedControl
            size="xs"
            aria-label={t('try.with')}
            value={by}
            data={(['lead', 'values'] as const).map((value) => ({ value, label: t(`try.by.${value}`) }))}
            onChange={(value) => {
              trial.reset();
              setBy(value as typeof by);
            }}
          />
          {by === 'lead' ? (
            <ReferencePicker
              object={lead}
              label={lead.label}
              canCreate={false}
              value={chosen}
              onChange={(next) => {
                trial.reset();
                setChosen(next);
              }}
            />
          ) : (
            TYPED.flatMap((key) => fieldOf(lead, key) ?? []).map((field) =>
              field.options && !field.openOptions ? (
                <Select
                  key={field.key}
                  label={field.label}
                  clearable
                  data={field.options.map(({ value, label }) => ({ value, label }))}
                  value={values[field.key] || null}
                  onChange={(value) => change(field.key, value)}
                />
              ) : (
                <TextInput
                  key={field.key}
                  label={field.label}
                  autoComplete="off"
                  value={values[field.key] ?? ''}
                  onChange={(event) => change(field.key, event.currentTarget.value)}
                />
              ),
            )
          )}
          <Button
            type="submit"
            variant="default"
            loading={trial.isPending}
            disabled={by === 'lead' && !chosen}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('try.run')}
          </Button>
          {trial.isError ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(trial.error)}
            </Alert>
          ) : null}
          {trial.data ? <Verdicts lead={lead} trial={trial.data} /> : null}
        </Stack>
      </Form>
    </Dialog>
  );
}

const ICONS = {
  fits: <IconCircleCheck size={16} color="var(--pl-good)" aria-hidden />,
  wouldFit: <IconCircleDashed size={16} color="var(--pl-text-2)" aria-hidden />,
  unmet: <IconCircleX size={16} color="var(--pl-text-2)" aria-hidden />,
  nobody: <IconCircleX size={16} color="var(--pl-bad)" aria-hidden />,
};

/** What each rule says, in order. */
function Verdicts({ lead, trial }: { lead: ObjectDescription; trial: AssignmentTrial }) {
  const { t } = useTranslation('assignment');
  return (
    <div role="status">
      <Text size="sm" fw={600} mb="xs">
        {trial.owner ? t('try.owner', { name: trial.owner.name ?? t('unknown') }) : t('try.nobody')}
      </Text>
      <ol className={classes['verdicts']}>
        {trial.rules.map(({ rule, outcome, territory, unmet, outside, passed }) => (
          <li key={rule.id} className={classes['verdict']}>
            {ICONS[outcome]}
            <span>
              {rule.name}
              <span className={classes['sub']}>
                {t(`try.outcome.${outcome}`)}
                {territory ? ` · ${t('rules.within', { name: territory })}` : null}
                {outside ? ` · ${t('try.outside')}` : null}
              </span>
              {unmet ? (
                <span className={classes['sub']}>
                  {t('try.unmet')} <ConditionText object={lead} condition={unmet as unknown as Condition} />
                </span>
              ) : null}
              {passed.length ? (
                <span className={classes['sub']}>
                  {passed
                    .map(({ member, reason }) => t(`passed.${reason}`, { name: member.name ?? t('unknown') }))
                    .join(' ')}
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
