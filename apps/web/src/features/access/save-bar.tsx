import { Alert, Button, Text } from '@mantine/core';
import type { RolePreview } from '@pellucid/api-client';
import { IconAlertTriangle, IconEyeCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { FormProblemCount } from '@/lib/forms/form';
import { problemText } from '@/lib/problem-text';
import { EffectSummary } from './effect-list';
import classes from './save-bar.module.css';

interface SaveBarProps {
  changes: number;
  /** Whether rights are among the changes. Changing only the name has no effect to preview. */
  hasEffect: boolean;
  preview: RolePreview | undefined;
  isPreviewing: boolean;
  isSaving: boolean;
  error: Error | null;
  onDiscard: () => void;
  onPreview: () => void;
}

/** Bar at the bottom while there are changes: previews their effect, saves or discards them. */
export function SaveBar(props: SaveBarProps) {
  const { preview, error, changes } = props;
  const { t } = useTranslation('access');
  if (changes === 0) return null;
  return (
    <section className={classes['bar']} aria-label={t('save.label')}>
      {error ? (
        <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle size={16} />}>
          <Problems error={error} />
        </Alert>
      ) : null}
      {preview ? (
        <div className={classes['preview']}>
          {preview.leavesNoAdmin ? (
            <Text size="sm" c="red" fw={550}>
              {t('save.leavesNoAdmin')}
            </Text>
          ) : null}
          <EffectSummary preview={preview} />
        </div>
      ) : null}
      <div className={classes['actions']}>
        <FormProblemCount />
        <span className={classes['count']}>{t('save.changes', { count: changes })}</span>
        <Button size="xs" variant="subtle" color="gray" onClick={props.onDiscard}>
          {t('save.discard')}
        </Button>
        {props.hasEffect ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEyeCheck size={15} />}
            loading={props.isPreviewing}
            onClick={props.onPreview}
          >
            {t('save.preview')}
          </Button>
        ) : null}
        <Button size="xs" loading={props.isSaving} disabled={preview?.leavesNoAdmin} type="submit">
          {t('save.save')}
        </Button>
      </div>
    </section>
  );
}

/** The API's objections: one message per field, else the problem as a whole. */
function Problems({ error }: { error: Error }) {
  const { t } = useTranslation('access');
  if (error instanceof ApiProblem && error.status === 412) return t('save.conflict');
  const fields = error instanceof ApiProblem ? error.fields : [];
  if (fields.length === 0) return problemText(error);
  return fields.slice(0, 4).map(({ pointer, message }) => <div key={pointer}>{message}</div>);
}
