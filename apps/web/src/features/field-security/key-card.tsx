import { Alert, Badge, Button, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import type { FieldEncryptionState } from '@pellucid/api-client';
import { IconAlertTriangle, IconKey, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { type MaskedObject, type ProtectedField, rotateKeys } from './api/field-security';
import classes from './key-card.module.css';

interface KeyCardProps {
  state: FieldEncryptionState;
  /** Provides the names of objects and fields. */
  objects: MaskedObject[];
}

/** The keys of encrypted fields, and the progress of encryption by field. */
export function KeyCard({ state, objects }: KeyCardProps) {
  const { t } = useTranslation('field-security');
  const { active, configured } = state.keys;
  const encrypted = state.data.filter(({ kind }) => kind === 'encryption');
  const missing = [...new Set(encrypted.flatMap(({ missingKeyIds }) => missingKeyIds))];
  const isOld = encrypted.some(
    ({ keyIds, state: at }) => at === 'encrypted' && keyIds.some((id) => id !== active),
  );
  const isUnderWay = encrypted.some(({ finishedAt }) => finishedAt === null);
  const rotate = useMutation({
    mutationFn: rotateKeys,
    onSuccess: () => notify({ message: t('keys.rotating') }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <section className={classes['card']} aria-labelledby="field-keys">
      <header className={classes['head']}>
        <h3 className={classes['title']} id="field-keys">
          <IconKey size={16} aria-hidden /> {t('keys.title')}
        </h3>
        {isOld && active ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={rotate.isPending}
            disabled={isUnderWay || missing.length > 0}
            onClick={() => rotate.mutate()}
          >
            {t('keys.rotate', { key: active })}
          </Button>
        ) : null}
      </header>
      {missing.length ? (
        <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle size={16} />} mb="sm">
          {t('keys.missing', { keys: missing.join(', ') })}
        </Alert>
      ) : null}
      <Text size="sm" c="dimmed">
        {active === null ? t('keys.none') : t('keys.active', { key: active, count: configured.length - 1 })}
      </Text>
      {state.data.length ? (
        <ul className={classes['fields']}>
          {state.data.map((field) => (
            <FieldLine key={`${field.object} ${field.field} ${field.kind}`} field={field} objects={objects} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function FieldLine({ field, objects }: { field: ProtectedField; objects: MaskedObject[] }) {
  const { t } = useTranslation('field-security');
  const formats = useFormats();
  const object = objects.find((each) => each.object === field.object);
  const label = object?.fields.find((each) => each.field === field.field)?.label ?? field.field;
  return (
    <li className={classes['field']}>
      <span className={classes['name']}>
        {object?.pluralLabel ?? field.object} · {label}
      </span>
      <span className={classes['state']}>
        {field.finishedAt === null
          ? t(`protection.${field.state}`, { count: field.done })
          : t(`keys.since.${field.state}`, { time: formats.dateTime(field.finishedAt) })}
      </span>
      <span className={classes['ids']}>
        {field.keyIds.map((id) => (
          <Badge
            key={id}
            size="xs"
            variant="default"
            {...(field.missingKeyIds.includes(id) ? { color: 'red', variant: 'light' } : {})}
          >
            {id}
          </Badge>
        ))}
      </span>
      {field.error ? <span className={classes['error']}>{field.error}</span> : null}
    </li>
  );
}
