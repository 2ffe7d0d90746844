import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import parts from '@/app/shell/settings-parts.module.css';
import { useObjects } from '@/records/api/describe-objects';
import type { DuplicatesQuestion, FoundDuplicate } from '@/records/duplicates/duplicates-question';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';

/** Shows the records that a new or changed one may be a duplicate of. Saving goes on only if the user says so. */
export default function DuplicatesDialog({ question }: { question: DuplicatesQuestion }) {
  const { t } = useTranslation('duplicate-rules');
  const objects = useObjects();
  const { duplicates, isBlocked, mayOverride, answer } = question;
  const goBack = () => answer(false);
  return (
    <Dialog title={t('warning.title')} onClose={goBack} isDirty={false} isOnTop>
      <Stack gap="md">
        <Text size="sm">{t('warning.text', { count: duplicates.length })}</Text>
        <ul className={parts['rows']} aria-label={t('warning.list')}>
          {duplicates.map((duplicate, n) => (
            <Found
              key={duplicate.id ?? `row ${n}`}
              duplicate={duplicate}
              object={objects.find(({ key }) => key === duplicate.object)}
            />
          ))}
        </ul>
        {isBlocked ? (
          <Alert color="yellow" variant="light">
            {t(mayOverride ? 'warning.blockedYou' : 'warning.blocked')}
          </Alert>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={goBack}>
            {t('warning.back')}
          </Button>
          {mayOverride ? (
            <Button color="yellow" autoContrast onClick={() => answer(true)}>
              {t('warning.save')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Dialog>
  );
}

function Found({ duplicate, object }: { duplicate: FoundDuplicate; object: ObjectDescription | undefined }) {
  const { t, i18n } = useTranslation('duplicate-rules');
  const { id, name, rules } = duplicate;
  const [best] = rules;
  const labels = best?.conditions
    .flatMap(({ otherFields }) => otherFields)
    .map((key) => (object && fieldOf(object, key)?.label) ?? key);
  const why = labels && new Intl.ListFormat(i18n.language).format(new Set(labels));
  const shown = name ?? t(id === null ? 'warning.otherRow' : 'warning.unnamed');
  const Icon = object && iconOf(object);
  return (
    <li className={parts['row']} data-fixed>
      {Icon ? <Icon size={17} aria-hidden className={parts['icon']} /> : null}
      <span className={parts['what']}>
        {object && id ? (
          <Anchor size="sm" fw={550} href={`${object.path}/${id}`} target="_blank" rel="noreferrer">
            {shown}
          </Anchor>
        ) : (
          <span className={parts['name']}>{shown}</span>
        )}
        <span className={parts['sub']}>
          {[
            object?.label,
            best &&
              t(best.score === 100 ? 'warning.same' : 'warning.similar', { fields: why, score: best.score }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    </li>
  );
}
