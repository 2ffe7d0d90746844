import { Alert, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconBuilding, IconTargetArrow, IconUser } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { firstUnread } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import { useTakenDefault } from '@/records/form/use-taken-default';
import {
  fieldOf,
  type ObjectDescription,
  type RecordData,
  type RecordReference,
  recordName,
} from '@/records/object-description';
import { type Candidate, candidatesOf, convertLead, type Converted } from './api/lead-steps';
import { accountSuggestionsQuery, contactSuggestionsQuery } from './api/suggestions';
import { ConversionResult } from './conversion-result';
import { type Suggestion, Target } from './conversion-target';
import classes from './convert-dialog.module.css';
import { comparable, isSameCompany, isSameEmail, personName } from './suggestions';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
/** Fields that an existing contact gets from the lead if they are empty. */
const CONTACT_FIELDS = ['firstName', 'lastName', 'email', 'phone', 'mobile', 'jobTitle'];
const ACCOUNT_FIELDS = ['website', 'phone', 'industry', 'employees', 'country'];

/** Labels of the fields that are empty on `target` and filled on the lead. */
function filledLabels(
  object: ObjectDescription,
  target: RecordData,
  lead: RecordData,
  keys: string[],
): string[] {
  const isEmpty = (value: unknown) => value === null || value === undefined || value === '';
  return keys
    .filter((key) => isEmpty(target[key]) && !isEmpty(lead[key]))
    .flatMap((key) => fieldOf(object, key)?.label ?? []);
}

interface ConvertDialogProps {
  object: ObjectDescription;
  lead: RecordData;
  onClose: () => void;
}

/** Converts a lead into an account, a contact and, if wanted, a deal. Shows what will be created or changed first. */
export default function ConvertDialog({ object, lead, onClose }: ConvertDialogProps) {
  const { t } = useTranslation('lead-conversion');
  const [converted, setConverted] = useState<Converted | undefined>();
  return (
    <Modal opened onClose={onClose} size="lg" title={converted ? t('doneTitle') : t('title')}>
      {converted ? (
        <ConversionResult converted={converted} onClose={onClose} />
      ) : (
        <ConversionForm object={object} lead={lead} onConverted={setConverted} />
      )}
    </Modal>
  );
}

function ConversionForm({
  object,
  lead,
  onConverted,
}: Omit<ConvertDialogProps, 'onClose'> & { onConverted: (converted: Converted) => void }) {
  const { t } = useTranslation('lead-conversion');
  const accountObject = useObject('account');
  const contactObject = useObject('contact');
  const dealObject = useObject('opportunity');
  const company = text(lead['company']);
  const person = personName(lead);
  const email = text(lead['email']);
  const accounts = useQuery(accountSuggestionsQuery(company));
  const contacts = useQuery(contactSuggestionsQuery(email, person));
  // Undefined until the user decides. From then on suggestions no longer change the choice.
  const [accountChoice, setAccountChoice] = useState<RecordReference | null | undefined>();
  const [contactChoice, setContactChoice] = useState<RecordReference | null | undefined>();
  const likelyAccount = accounts.data?.find((account) => isSameCompany(account, company));
  const likelyContact = contacts.data?.find((contact) => isSameEmail(contact, email));
  const suggested = (target: ObjectDescription | undefined, record: RecordData | undefined) =>
    target && record ? { id: record.id, name: recordName(target, record) } : null;
  const account = accountChoice === undefined ? suggested(accountObject, likelyAccount) : accountChoice;
  const contact = contactChoice === undefined ? suggested(contactObject, likelyContact) : contactChoice;
  const [hasDeal, setHasDeal] = useState(true);
  const [deal, setDeal] = useState<{ name: string; amount: unknown; closeDate: unknown }>({
    name: company || person,
    amount: null,
    closeDate: null,
  });
  const [cause, setCause] = useState(newCause);
  const convert = useMutation({
    mutationFn: () =>
      convertLead(
        lead.id,
        {
          ...(account ? { accountId: account.id } : accountChoice === null && { newAccount: true }),
          ...(contact ? { contactId: contact.id } : contactChoice === null && { newContact: true }),
          createOpportunity: hasDeal,
          ...(hasDeal && {
            opportunity: {
              ...(deal.name.trim() && { name: deal.name.trim() }),
              ...(deal.amount !== null && deal.amount !== '' ? { amount: String(deal.amount) } : {}),
              ...(deal.closeDate ? { closeDate: String(deal.closeDate) } : {}),
            },
          }),
        },
        cause,
      ),
    onSuccess: (converted) => {
      showUndo({ message: t('converted', { name: recordName(object, lead) }), cause });
      onConverted(converted);
    },
    onError: (error) => {
      setCause(newCause());
      // The server's candidate is preselected, so that the next click uses it unless the user decides otherwise.
      const found = candidatesOf(error);
      const first = (candidates: Candidate[]) =>
        candidates[0] && { id: candidates[0].id, name: candidates[0].name ?? '' };
      if (first(found.account)) setAccountChoice(first(found.account));
      if (first(found.contact)) setContactChoice(first(found.contact));
    },
  });
  const found = candidatesOf(convert.error);
  const accountRecord = accounts.data?.find(({ id }) => id === account?.id);
  const contactRecord = contacts.data?.find(({ id }) => id === contact?.id);
  const amountField = dealObject && fieldOf(dealObject, 'amount');
  const dateField = dealObject && fieldOf(dealObject, 'closeDate');
  const currencyField = dealObject && fieldOf(dealObject, amountField?.currencyField ?? '');
  // The opportunity gets the lead's legal entity. A lead without one passes none on.
  const entity = lead['legalEntity'];
  const taken = useTakenDefault(dealObject, currencyField, entity);
  const currency = entity === null ? currencyField?.default : taken;
  return (
    <Form onSubmit={() => (hasDeal && firstUnread(Object.values(deal)) ? undefined : convert.mutate())}>
      <Stack gap="lg">
        <Text size="sm" c="dimmed">
          {t('intro', { name: recordName(object, lead) })}
        </Text>
        {accountObject ? (
          <Target
            icon={IconBuilding}
            title={accountObject.label}
            object={accountObject}
            newName={company || person}
            chosen={account}
            suggestions={withCandidates(
              t,
              found.account,
              (accounts.data ?? []).map((record) => ({
                record: { id: record.id, name: recordName(accountObject, record) },
                reason: isSameCompany(record, company) ? t('sameName') : undefined,
              })),
            )}
            onChoose={setAccountChoice}
            note={
              accountRecord
                ? fillNote(t, filledLabels(accountObject, accountRecord, lead, ACCOUNT_FIELDS))
                : account
                  ? t('fillsEmpty')
                  : t('createsAccount', { name: company || person })
            }
          />
        ) : null}
        {contactObject ? (
          <Target
            icon={IconUser}
            title={contactObject.label}
            object={contactObject}
            newName={person}
            chosen={contact}
            suggestions={withCandidates(
              t,
              found.contact,
              (contacts.data ?? []).map((record) => ({
                record: { id: record.id, name: recordName(contactObject, record) },
                reason: isSameEmail(record, email)
                  ? t('sameEmail')
                  : comparable(personName(record)) === comparable(person)
                    ? t('sameName')
                    : undefined,
              })),
            )}
            onChoose={setContactChoice}
            note={
              contactRecord
                ? fillNote(t, filledLabels(contactObject, contactRecord, lead, CONTACT_FIELDS))
                : contact
                  ? t('fillsEmpty')
                  : t('createsContact', {
                      name: [person, email, text(lead['phone'])].filter(Boolean).join(' · '),
                    })
            }
          />
        ) : null}
        {dealObject ? (
          <section>
            <Group gap="xs" mb="xs">
              <IconTargetArrow size={17} aria-hidden className={classes['icon']} />
              <Switch
                checked={hasDeal}
                onChange={(event) => setHasDeal(event.currentTarget.checked)}
                label={t('createDeal')}
                labelPosition="right"
                classNames={{ label: classes['targetTitle'] }}
              />
            </Group>
            {hasDeal ? (
              <div className={classes['deal']}>
                <TextInput
                  label={t('dealName')}
                  value={deal.name}
                  maxLength={200}
                  onChange={(event) => {
                    const name = event.currentTarget.value;
                    setDeal((current) => ({ ...current, name }));
                  }}
                />
                {amountField ? (
                  <FieldInput
                    field={amountField}
                    label={amountField.label}
                    value={deal.amount}
                    currency={typeof currency === 'string' ? currency : undefined}
                    onChange={(amount) => setDeal((current) => ({ ...current, amount }))}
                  />
                ) : null}
                {dateField ? (
                  <FieldInput
                    field={{ ...dateField, required: false }}
                    label={dateField.label}
                    value={deal.closeDate}
                    onChange={(closeDate) => setDeal((current) => ({ ...current, closeDate }))}
                  />
                ) : null}
              </div>
            ) : null}
          </section>
        ) : null}
        {convert.isError ? (
          <Alert color="red" variant="light" role="alert">
            {found.account.length || found.contact.length ? t('chooseMatches') : problemText(convert.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end" gap="xs" className={classes['footer']}>
          <FormProblemCount />
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={convert.isPending}>
            {t('entries:lead-conversion.convert')}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function fillNote(t: TFunction<'lead-conversion'>, labels: string[]): string {
  return labels.length ? t('fills', { fields: labels.join(', ') }) : t('fillsNothing');
}

/** The server's candidates, followed by at most three search suggestions. */
function withCandidates(
  t: TFunction<'lead-conversion'>,
  candidates: Candidate[],
  suggested: Suggestion[],
): Suggestion[] {
  const found = candidates.map(({ id, name, because }) => ({
    record: { id, name: name ?? t('unnamed') },
    reason: t(because),
  }));
  const known = new Set(found.map(({ record }) => record.id));
  return [...found, ...suggested.slice(0, 3).filter(({ record }) => !known.has(record.id))];
}
