import { Checkbox, Group, NumberInput, Switch, Text, TextInput, Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { useFormats } from '@/lib/format/formats';
import { Form } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { isSameValue } from '@/records/fields/wire-value';
import { FieldValue } from '@/records/fields/field-value';
import { type FieldDescription, fieldOf, type ObjectDescription } from '@/records/object-description';
import { addTemplate } from './api/record-templates';
import { type FormValues, keptValues, type RelativeDay } from './kept-values';

interface SaveTemplateProps {
  object: ObjectDescription;
  /** Those that the user fills in. */
  fields: FieldDescription[];
  values: FormValues;
  zIndex: number;
  onClose: () => void;
}

/** Asks for a name and for the values to keep, and keeps them as a template. */
export default function SaveTemplate({ object, fields, values, zIndex, onClose }: SaveTemplateProps) {
  const { t } = useTranslation('templates');
  const { zone } = useFormats();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const [kept, setKept] = useState(() => keptValues(fields, values, zone));
  // A new record has its defaults anyway.
  const [left, setLeft] = useState<ReadonlySet<string>>(
    () =>
      new Set(fields.filter((f) => isSameValue(f, values[f.key], f.default ?? null)).map(({ key }) => key)),
  );
  const chosen = [...kept].filter(([key]) => !left.has(key));
  const save = useMutation({
    mutationFn: () =>
      addTemplate({ object: object.key, name: name.trim(), values: Object.fromEntries(chosen), isShared }),
    onSuccess: () => {
      notify({ color: 'green', message: t('saving.saved', { name: name.trim() }) });
      onClose();
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  const problemOf = (key: string) => problems.find(({ pointer }) => pointer === `/values/${key}`);
  const isPlaced = problems.length > 0 && problems.every(({ pointer }) => pointer.startsWith('/values/'));
  const toggle = (key: string) =>
    setLeft((now) => {
      const next = new Set(now);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <Modal opened onClose={onClose} title={t('saving.title')} size="md" zIndex={zIndex}>
      <Form
        onSubmit={(event) => {
          // The dialog stands inside the form of the record.
          event.stopPropagation();
          if (name.trim() && chosen.length) save.mutate();
        }}
      >
        <TextInput
          label={t('saving.name')}
          value={name}
          maxLength={100}
          data-autofocus
          error={save.error && !isPlaced ? problemText(save.error) : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Text size="sm" fw={500} mt="md" mb={6}>
          {t('saving.fields')}
        </Text>
        {kept.size === 0 ? (
          <Text size="sm" c="dimmed">
            {t('saving.empty')}
          </Text>
        ) : (
          <Stack gap={8}>
            {[...kept].map(([key, value]) => (
              <KeptField
                key={key}
                field={fieldOf(object, key)!}
                value={value}
                shown={values[key]}
                isKept={!left.has(key)}
                problem={problemOf(key) && fieldProblemText(problemOf(key)!)}
                onToggle={() => toggle(key)}
                onChange={(next) => setKept((now) => new Map(now).set(key, next))}
              />
            ))}
            {chosen.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('saving.choose')}
              </Text>
            ) : null}
          </Stack>
        )}
        <Switch
          mt="lg"
          label={t('saving.share', { objects: object.pluralLabel })}
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Group justify="flex-end" gap="xs" mt="lg">
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending} disabled={!name.trim() || chosen.length === 0}>
            {t('save')}
          </Button>
        </Group>
      </Form>
    </Modal>
  );
}

interface KeptFieldProps {
  field: FieldDescription;
  /** As the template keeps it. */
  value: unknown;
  /** As the form holds it. */
  shown: unknown;
  isKept: boolean;
  problem: string | undefined;
  onToggle: () => void;
  onChange: (value: RelativeDay) => void;
}

/** A value of a template: kept or not; of days and times, how long after the template is used. */
function KeptField({ field, value, shown, isKept, problem, onToggle, onChange }: KeptFieldProps) {
  const { t } = useTranslation('templates');
  const relative = isRelative(value) ? value : undefined;
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      <Checkbox
        label={field.label}
        checked={isKept}
        error={problem}
        onChange={onToggle}
        style={{ flex: '0 0 40%' }}
      />
      {relative ? (
        <Group gap={6} style={{ minWidth: 0 }}>
          <NumberInput
            size="xs"
            w={80}
            min={0}
            max={3660}
            allowDecimal={false}
            aria-label={t('saving.days', { field: field.label })}
            value={relative.days}
            onChange={(days) => typeof days === 'number' && onChange({ ...relative, days })}
          />
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t('saving.after', { count: relative.days })}
          </Text>
          {relative.time === undefined ? null : (
            <TextInput
              size="xs"
              type="time"
              aria-label={t('saving.time', { field: field.label })}
              value={relative.time}
              onChange={(event) =>
                event.currentTarget.value && onChange({ ...relative, time: event.currentTarget.value })
              }
            />
          )}
        </Group>
      ) : (
        <Text size="sm" component="div" style={{ minWidth: 0, flex: 1 }} className="pl-truncate">
          <FieldValue field={field} value={shown} />
        </Text>
      )}
    </Group>
  );
}

const isRelative = (value: unknown): value is RelativeDay =>
  typeof value === 'object' && value !== null && 'days' in value;
