import { Anchor, Autocomplete, Button, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconArrowBackUp, IconTransform, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { RefusedButton } from '@/records/access/refused-button';
import { useRights } from '@/records/access/use-rights';
import { recordKeys } from '@/records/api/record-keys';
import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import {
  isReference,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import { disqualifyLead, reopenLead } from './api/lead-steps';
import ConvertDialog from './convert-dialog';

interface LeadButtonsProps {
  object: ObjectDescription;
  record: RecordData;
}

/**
 * The next steps of a lead. The dialog is outside the buttons, because these change after conversion while its result
 * stays.
 */
export default function LeadButtons({ object, record }: LeadButtonsProps) {
  const [isConverting, setConverting] = useState(false);
  return (
    <>
      <StepButtons object={object} record={record} onConvert={() => setConverting(true)} />
      {isConverting ? (
        <ConvertDialog object={object} lead={record} onClose={() => setConverting(false)} />
      ) : null}
    </>
  );
}

/** Convert and Disqualify on an open lead, Reopen on a disqualified one, links to the records of a converted one. */
function StepButtons({ object, record, onConvert }: LeadButtonsProps & { onConvert: () => void }) {
  const { t } = useTranslation('lead-conversion');
  const queryClient = useQueryClient();
  const [isDisqualifying, setDisqualifying] = useState(false);
  const name = recordName(object, record);
  const [cause, setCause] = useState(newCause);
  const reopen = useMutation({
    mutationFn: () => reopenLead(record.id, cause),
    onSuccess: (lead) => {
      queryClient.setQueryData(recordKeys.record(object.path, record.id), lead);
      showUndo({ message: t('reopened', { name }), cause });
      setCause(newCause());
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const rights = useRights(object, record);
  const refused = (action: string, label: string) => (
    <RefusedButton label={label} question={{ object: object.key, record: record.id, action }} />
  );
  const status = record['status'];
  const goal = record['convertedOpportunity'] ?? record['convertedAccount'];
  if (record['convertedAt'] || status === 'Qualified') {
    if (!isReference(goal)) return null;
    const path = goal === record['convertedOpportunity'] ? '/opportunities' : '/accounts';
    return (
      <Anchor component={Link} to={`${path}/${goal.id}`} size="sm">
        {t('convertedTo', { name: goal.name })}
      </Anchor>
    );
  }
  if (status === 'Disqualified') {
    if (rights.may('reopen') === 'no') return refused('reopen', t('reopen'));
    return (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconArrowBackUp size={15} />}
        loading={reopen.isPending}
        disabled={rights.may('reopen') === 'unknown'}
        onClick={() => reopen.mutate()}
      >
        {t('reopen')}
      </Button>
    );
  }
  return (
    <>
      {rights.may('convert') === 'no' ? (
        refused('convert', t('entries:lead-conversion.convert'))
      ) : (
        <Button
          size="xs"
          leftSection={<IconTransform size={15} />}
          disabled={rights.may('convert') === 'unknown'}
          onClick={onConvert}
        >
          {t('entries:lead-conversion.convert')}
        </Button>
      )}
      {rights.may('disqualify') === 'no' ? (
        refused('disqualify', t('disqualify'))
      ) : (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconUserOff size={15} />}
          disabled={rights.may('disqualify') === 'unknown'}
          onClick={() => setDisqualifying(true)}
        >
          {t('disqualify')}
        </Button>
      )}
      {isDisqualifying ? (
        <DisqualifyDialog object={object} lead={record} onClose={() => setDisqualifying(false)} />
      ) : null}
    </>
  );
}

interface LeadDialogProps {
  object: ObjectDescription;
  lead: RecordData;
  onClose: () => void;
}

function DisqualifyDialog({ object, lead, onClose }: LeadDialogProps) {
  const { t } = useTranslation('lead-conversion');
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const name = recordName(object, lead);
  const [cause] = useState(newCause);
  const mutation = useMutation({
    mutationFn: () => disqualifyLead(lead.id, reason.trim(), cause),
    onSuccess: (changed) => {
      queryClient.setQueryData(recordKeys.record(object.path, lead.id), changed);
      showUndo({ message: t('disqualified', { name }), cause });
      onClose();
    },
  });
  const isMissing = reason.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isMissing) mutation.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t('disqualifyTitle')} size="sm">
      <Form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('disqualifyText', { name })}</Text>
          <Autocomplete
            openOnFocus={false}
            data-autofocus
            withAsterisk
            label={t('reason')}
            data={t('reasons', { returnObjects: true }) as string[]}
            value={reason}
            maxLength={500}
            onChange={setReason}
            error={
              isTried && isMissing
                ? t('reasonMissing')
                : mutation.isError
                  ? problemText(mutation.error)
                  : undefined
            }
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" color="red" loading={mutation.isPending}>
              {t('disqualify')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
