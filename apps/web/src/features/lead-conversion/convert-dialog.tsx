import {
  Alert,
  Button,
  Divider,
  Group,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { Initials } from '@pellucid/ui';
import {
  IconArrowRight,
  IconBuilding,
  IconCheck,
  IconTargetArrow,
  IconUser,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { firstUnread } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { ReferencePicker } from '@/records/fields/reference-picker';
import {
  fieldOf,
  isReference,
  type ObjectDescription,
  type RecordData,
  type RecordReference,
  recordName,
} from '@/records/object-description';
import { convertLead, type Converted } from './api/lead-steps';
import { accountSuggestionsQuery, contactSuggestionsQuery } from './api/suggestions';
import classes from './convert-dialog.module.css';
import { comparable, isSameCompany, isSameEmail, personName } from './suggestions';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
/** What an existing record may get from the lead: only where it has nothing there yet. */
const CONTACT_FIELDS = ['firstName', 'lastName', 'email', 'phone', 'mobile', 'jobTitle'];
const ACCOUNT_FIELDS = ['website', 'phone', 'industry', 'employees', 'country'];

/** Names of the fields of `target` that are empty there and filled on the lead. */
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

/** Turns a lead into an account, a contact and, if wanted, a deal; shows beforehand what will come of it. */
export default function ConvertDialog({ object, lead, onClose }: ConvertDialogProps) {
  const { t } = useTranslation('lead-conversion');
  const [converted, setConverted] = useState<Converted | undefined>();
  return (
    <Modal opened onClose={onClose} size="lg" title={converted ? t('doneTitle') : t('title')}>
      {converted ? (
        <ConversionResult converted={converted} onClose={onClose} />
      ) : (
        <ConversionForm object={object} lead={lead} onClose={onClose} onConverted={setConverted} />
      )}
    </Modal>
  );
}

function ConversionForm({
  object,
  lead,
  onClose,
  onConverted,
}: ConvertDialogProps & { onConverted: (converted: Converted) => void }) {
  const { t } = useTranslation('lead-conversion');
  const { baseCurrency } = useFormats();
  const accountObject = useObject('account');
  const contactObject = useObject('contact');
  const dealObject = useObject('opportunity');
  const company = text(lead['company']);
  const person = personName(lead);
  const email = text(lead['email']);
  const accounts = useQuery(accountSuggestionsQuery(company));
  const contacts = useQuery(contactSuggestionsQuery(email, person));
  // Undefined until the person decides; then the suggestion no longer changes under their hands.
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
  const convert = useMutation({
    mutationFn: () =>
      convertLead(lead.id, {
        ...(account && { accountId: account.id }),
        ...(contact && { contactId: contact.id }),
        createOpportunity: hasDeal,
        ...(hasDeal && {
          opportunity: {
            ...(deal.name.trim() && { name: deal.name.trim() }),
            ...(deal.amount !== null && deal.amount !== '' ? { amount: String(deal.amount) } : {}),
            ...(deal.closeDate ? { closeDate: String(deal.closeDate) } : {}),
          },
        }),
      }),
    onSuccess: onConverted,
  });
  const accountRecord = accounts.data?.find(({ id }) => id === account?.id);
  const contactRecord = contacts.data?.find(({ id }) => id === contact?.id);
  const amountField = dealObject && fieldOf(dealObject, 'amount');
  const dateField = dealObject && fieldOf(dealObject, 'closeDate');
  return (
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
          suggestions={(accounts.data ?? []).slice(0, 3).map((record) => ({
            record: { id: record.id, name: recordName(accountObject, record) },
            reason: isSameCompany(record, company) ? t('sameName') : undefined,
          }))}
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
          suggestions={(contacts.data ?? []).slice(0, 3).map((record) => ({
            record: { id: record.id, name: recordName(contactObject, record) },
            reason: isSameEmail(record, email)
              ? t('sameEmail')
              : comparable(personName(record)) === comparable(person)
                ? t('sameName')
                : undefined,
          }))}
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
                  currency={baseCurrency}
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
          {problemText(convert.error)}
        </Alert>
      ) : null}
      <Group justify="flex-end" gap="xs" className={classes['footer']}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button
          loading={convert.isPending}
          onClick={() => (hasDeal && firstUnread(Object.values(deal)) ? undefined : convert.mutate())}
        >
          {t('convert')}
        </Button>
      </Group>
    </Stack>
  );
}

function fillNote(t: TFunction<'lead-conversion'>, labels: string[]): string {
  return labels.length ? t('fills', { fields: labels.join(', ') }) : t('fillsNothing');
}

interface TargetProps {
  icon: TablerIcon;
  title: string;
  object: ObjectDescription;
  newName: string;
  /** Null creates a new one. */
  chosen: RecordReference | null;
  suggestions: { record: RecordReference; reason: string | undefined }[];
  onChoose: (record: RecordReference | null) => void;
  note: ReactNode;
}

/** One of the records a lead becomes: a new one, or one that is there already. */
function Target({ icon: Icon, title, object, newName, chosen, suggestions, onChoose, note }: TargetProps) {
  const { t } = useTranslation('lead-conversion');
  const [isPicking, setPicking] = useState(false);
  const isExisting = chosen !== null || isPicking;
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <Icon size={17} aria-hidden className={classes['icon']} />
          <h3 className={classes['targetTitle']}>{title}</h3>
        </Group>
        <SegmentedControl
          size="xs"
          aria-label={title}
          value={isExisting ? 'existing' : 'new'}
          data={[
            { value: 'new', label: t('createNew') },
            { value: 'existing', label: t('useExisting') },
          ]}
          onChange={(mode) => {
            setPicking(mode === 'existing');
            onChoose(mode === 'existing' ? (suggestions[0]?.record ?? null) : null);
          }}
        />
      </Group>
      {isExisting ? (
        <>
          <ReferencePicker
            object={object}
            aria-label={title}
            canCreate={false}
            value={chosen}
            onChange={(record) => {
              setPicking(true);
              onChoose(record);
            }}
          />
          {suggestions.length ? (
            <Group gap={6} mt={8}>
              <Text size="xs" c="dimmed">
                {t('suggestions')}
              </Text>
              {suggestions.map(({ record, reason }) => (
                <Button
                  key={record.id}
                  size="compact-xs"
                  variant={record.id === chosen?.id ? 'light' : 'default'}
                  aria-pressed={record.id === chosen?.id}
                  onClick={() => onChoose(record)}
                >
                  {record.name}
                  {reason ? <span className={classes['reason']}>{reason}</span> : null}
                </Button>
              ))}
            </Group>
          ) : null}
        </>
      ) : (
        <div className={classes['new']}>
          <Initials name={newName || '?'} size={26} />
          <span className="pl-truncate">{newName}</span>
          <span className={classes['tag']}>{t('new')}</span>
        </div>
      )}
      <Text size="xs" c="dimmed" mt={6}>
        {chosen || !isExisting ? note : t('pickOne')}
      </Text>
    </section>
  );
}

function ConversionResult({ converted, onClose }: { converted: Converted; onClose: () => void }) {
  const { t } = useTranslation('lead-conversion');
  const labels = {
    account: useObject('account'),
    contact: useObject('contact'),
    opportunity: useObject('opportunity'),
  };
  const links = (['account', 'contact', 'opportunity'] as const).flatMap((key) => {
    const record = converted[key];
    const object = labels[key];
    return record && isReference(record) && object ? [{ key, object, record }] : [];
  });
  return (
    <Stack gap="md">
      <Group gap="xs">
        <span className={classes['check']} aria-hidden>
          <IconCheck size={16} />
        </span>
        <Text size="sm" role="status">
          {t('doneText')}
        </Text>
      </Group>
      <div>
        {links.map(({ key, object, record }) => (
          <div key={key}>
            <Divider />
            <Link to={`${object.path}/${record.id}`} className={classes['link']} onClick={onClose}>
              <Initials name={record.name || object.label} size={28} isRound={key === 'contact'} />
              <span className={classes['linkText']}>
                <span className={classes['linkKind']}>{object.label}</span>
                <span className="pl-truncate">{recordName(object, record as unknown as RecordData)}</span>
              </span>
              <IconArrowRight size={16} aria-hidden />
            </Link>
          </div>
        ))}
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
      </Group>
    </Stack>
  );
}
