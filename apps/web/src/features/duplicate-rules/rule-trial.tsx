import { Alert, Button, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { useFormats } from '@/lib/format/formats';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { ApiProblem } from '@/lib/api-problem';
import { tryRule } from './api/duplicate-rules';
import classes from './duplicate-rules.module.css';
import { isComplete, type RuleDraft, ruleOf } from './model/rule-draft';

/** Shows what the rule would find among the latest records, before it is saved. */
export function RuleTrial({ draft }: { draft: RuleDraft }) {
  const { t } = useTranslation('duplicate-rules');
  const formats = useFormats();
  const trial = useMutation({
    mutationFn: () => {
      const { objects, conditions } = ruleOf(draft);
      return tryRule({ objects, conditions });
    },
  });
  const wrong = trial.error instanceof ApiProblem ? trial.error.fields : [];
  const found = trial.data;
  return (
    <div className={classes['part']}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlayerPlay size={14} />}
        disabled={!isComplete(draft)}
        loading={trial.isPending}
        onClick={() => trial.mutate()}
      >
        {t('trial.start')}
      </Button>
      <div role="status">
        {trial.isError ? (
          <Alert color="red" variant="light">
            {wrong.length ? wrong.map(fieldProblemText).join(' ') : problemText(trial.error)}
          </Alert>
        ) : found ? (
          <>
            <Text size="xs" c="dimmed" mb={found.pairs.length ? 6 : 0}>
              {t(found.hasMore ? 'trial.foundMore' : 'trial.found', {
                count: found.pairs.length,
                examined: formats.number(found.examined),
              })}
            </Text>
            {found.pairs.length ? (
              <ul className={`${parts['rows']} ${classes['pairs']}`} aria-label={t('trial.list')}>
                {found.pairs.map(({ records: [a, b], score }) => (
                  <li key={`${a.id} ${b.id}`} className={parts['row']} data-fixed>
                    <span className={parts['what']}>
                      <span>{`${a.name ?? t('warning.unnamed')} – ${b.name ?? t('warning.unnamed')}`}</span>
                    </span>
                    <span className={parts['sub']}>{formats.percent(score.score)}</span>
                  </li>
                ))}
              </ul>
            ) : null}
          </>
        ) : null}
      </div>
    </div>
  );
}
