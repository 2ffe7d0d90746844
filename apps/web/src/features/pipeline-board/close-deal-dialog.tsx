import { Autocomplete, Button, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { UnreadText } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import type { Transition } from './api/transition-deal';
import { WON_COLOR } from './board-deals';

interface CloseDealDialogProps {
  object: ObjectDescription;
  deal: RecordData;
  verb: 'win' | 'lose';
  onAnswer: (transition: Transition | undefined) => void;
}

/** Asks when and why a deal was won, or why it was lost. */
export function CloseDealDialog({ object, deal, verb, onAnswer }: CloseDealDialogProps) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const [closeDate, setCloseDate] = useState<string | UnreadText | null>(formats.today());
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = verb === 'lose' && reason.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isMissing || closeDate instanceof UnreadText) return;
    const given = reason.trim() === '' ? {} : { reason: reason.trim() };
    onAnswer(
      verb === 'lose'
        ? { verb, body: { reason: reason.trim() } }
        : { verb, body: { ...given, ...(closeDate && { closeDate }) } },
    );
  };
  const amount = deal['amount'];
  return (
    <Modal opened onClose={() => onAnswer(undefined)} title={t(`close.${verb}.title`)} size="sm">
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            {recordName(object, deal)}
            {typeof amount === 'string' ? (
              <Text span c="dimmed" className="pl-num">
                {' · '}
                {formats.money(amount, deal['currency'] as string | undefined)}
              </Text>
            ) : null}
          </Text>
          {verb === 'win' ? (
            <FieldInput
              field={{
                key: 'closeDate',
                label: t('close.date'),
                type: 'date',
                required: false,
                readOnly: false,
              }}
              label={t('close.date')}
              value={closeDate}
              onChange={(day) => setCloseDate(day as string | UnreadText | null)}
            />
          ) : null}
          <Autocomplete
            openOnFocus={false}
            data-autofocus
            label={verb === 'win' ? t('close.reasonOptional') : t('close.reason')}
            withAsterisk={verb === 'lose'}
            data={t(`close.${verb}.reasons`, { returnObjects: true }) as string[]}
            value={reason}
            onChange={setReason}
            maxLength={500}
            error={isTried && isMissing ? t('close.reasonMissing') : undefined}
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" color={verb === 'lose' ? 'red' : WON_COLOR}>
              {t(`close.${verb}.confirm`)}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
