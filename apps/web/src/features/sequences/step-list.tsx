import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinesDescription } from '@/records/object-description';
import type { Step } from './steps';
import classes from './sequences.module.css';

/** Steps in order: what each is, when and for whom. @param current the step that a run is at, from 1 */
export function StepList({
  steps,
  lines,
  current,
  actions,
}: {
  steps: Step[];
  lines: LinesDescription | undefined;
  current?: number | undefined;
  actions?: (step: Step, index: number) => ReactNode;
}) {
  const { t } = useTranslation('sequences');
  const labelOf = (name: string, value: unknown) => {
    const field = lines?.fields.find(({ key }) => key === `steps.${name}`);
    return field?.options?.find((option) => option.value === value)?.label ?? String(value ?? '');
  };
  const when = ({ wait, waitUnit, time }: Step) =>
    [
      typeof wait === 'number'
        ? t(waitUnit === 'Working days' ? 'wait.working' : 'wait.calendar', { count: wait })
        : '',
      time ? t('wait.at', { time }) : '',
    ]
      .filter(Boolean)
      .join(' ');
  return (
    <ol className={classes['steps']} aria-label={lines?.label}>
      {steps.map((step, index) => (
        <li key={step.id} aria-current={current === index + 1 ? 'step' : undefined}>
          <span className={classes['number']} aria-hidden>
            {index + 1}
          </span>
          <div className={classes['what']}>
            <span className={classes['name']}>{step.name ?? t('withheld')}</span>
            <Text size="xs" c="dimmed">
              {[
                step.kind === undefined ? '' : labelOf('kind', step.kind),
                when(step),
                step.assignee === 'Named person' && step.person
                  ? step.person.name
                  : step.assignee && labelOf('assignee', step.assignee),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </div>
          {actions?.(step, index)}
        </li>
      ))}
    </ol>
  );
}
