import { IconCheck, IconMinus, IconX, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ExplanationStep } from '@/records/api/explain-access';
import type { ObjectDescription } from '@/records/object-description';
import { Sentence } from './sentence';
import classes from './steps.module.css';

const ICONS: Record<ExplanationStep['outcome'], TablerIcon> = {
  yes: IconCheck,
  no: IconX,
  notNeeded: IconMinus,
};

/** A decision as the sequence of its steps, each with its finding. */
export function Steps({
  steps,
  object,
}: {
  steps: ExplanationStep[];
  object: ObjectDescription | undefined;
}) {
  const { t } = useTranslation('access-reasons');
  return (
    <ol className={classes['steps']} aria-label={t('why.steps')}>
      {steps.map((step, index) => {
        const Icon = ICONS[step.outcome];
        const isFirstOfKind = steps[index - 1]?.step !== step.step;
        return (
          // Steps are identified only by their order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} className={classes['step']} data-outcome={step.outcome}>
            <span className={classes['mark']}>
              <Icon size={13} stroke={2.4} role="img" aria-label={t(`outcomes.${step.outcome}`)} />
            </span>
            <div className={classes['text']}>
              {isFirstOfKind ? <span className={classes['kind']}>{t(`steps.${step.step}`)}</span> : null}
              <p className={classes['sentence']}>
                <Sentence said={step} object={object} source={step.source} />
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
