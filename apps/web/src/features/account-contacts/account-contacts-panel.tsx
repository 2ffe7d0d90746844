import { ActionIcon, Autocomplete, Badge, Button, Skeleton, Stack, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { Initials, StateMessage } from '@pellucid/ui';
import { IconDots, IconPencil, IconStar, IconUnlink, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Menu, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { type Cause, newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import { useObject } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import { ReferencePicker } from '@/records/fields/reference-picker';
import {
  mayUpdate,
  type ObjectDescription,
  type RecordData,
  type RecordReference,
} from '@/records/object-description';
import classes from './account-contacts-panel.module.css';
import {
  type AccountContact,
  accountContactsQuery,
  linkContact,
  unlinkContact,
} from './api/account-contacts';

/** Contacts of an account with their roles. One of them is the primary contact. */
export default function AccountContactsPanel({ record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('account-contacts');
  const queryClient = useQueryClient();
  const contact = useObject('contact');
  const query = useQuery(accountContactsQuery(record.id));
  const [edited, setEdited] = useState<AccountContact | 'new' | undefined>();
  const change = useMutation({
    mutationFn: async (run: (cause: Cause) => Promise<void>) => {
      const cause = newCause();
      await run(cause);
      showUndo({ message: t('changed'), cause });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: recordKeys.object('/contacts') }),
  });
  if (query.isPending) return <Skeleton height={180} radius="md" />;
  if (query.isError) {
    return (
      <StateMessage
        role="alert"
        icon={<IconUsers size={20} />}
        title={t('failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  }
  const canEdit = contact !== undefined && mayUpdate(contact);
  const add = canEdit ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconUserPlus size={15} />}
      onClick={() => setEdited('new')}
    >
      {t('add')}
    </Button>
  ) : null;
  return (
    <>
      {query.data.length === 0 ? (
        <StateMessage icon={<IconUsers size={20} />} title={t('empty')} text={t('emptyText')}>
          {add}
        </StateMessage>
      ) : (
        <section className="pl-card" aria-label={t('entries:account-contacts.tab')}>
          <header className={classes['header']}>
            <Text size="sm" fw={600}>
              {t('count', { count: query.data.length })}
            </Text>
            {add}
          </header>
          <ul className={classes['rows']}>
            {query.data.map((link) => (
              <li key={link.contact.id} className={classes['row']}>
                <Initials name={link.contact.name} size={28} isRound />
                <div className={classes['who']}>
                  <Link to={`/contacts/${link.contact.id}`} className={classes['name']}>
                    {link.contact.name}
                  </Link>
                  {link.role === undefined ? null : (
                    <span className={classes['role']}>{link.role || t('noRole')}</span>
                  )}
                </div>
                {link.isPrimary ? (
                  <Badge variant="light" leftSection={<IconStar size={12} aria-hidden />}>
                    {t('primary')}
                  </Badge>
                ) : canEdit && link.isPrimary === false ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    disabled={change.isPending}
                    aria-label={t('makePrimaryNamed', { name: link.contact.name })}
                    onClick={() =>
                      change.mutate((cause) =>
                        linkContact(record.id, link.contact.id, { isPrimary: true }, cause),
                      )
                    }
                  >
                    {t('makePrimary')}
                  </Button>
                ) : null}
                {canEdit ? (
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon size={26} aria-label={t('more', { name: link.contact.name })}>
                        <IconDots size={16} />
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setEdited(link)}>
                        {t('editRole')}
                      </Menu.Item>
                      <Menu.Item
                        color="var(--pl-bad)"
                        leftSection={<IconUnlink size={15} />}
                        onClick={() =>
                          change.mutate((cause) => unlinkContact(record.id, link.contact.id, cause))
                        }
                      >
                        {t('unlink')}
                      </Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                ) : null}
              </li>
            ))}
          </ul>
        </section>
      )}
      {edited && contact ? (
        <LinkDialog
          key={edited === 'new' ? 'new' : edited.contact.id}
          contact={contact}
          link={edited === 'new' ? undefined : edited}
          isSaving={change.isPending}
          onClose={() => setEdited(undefined)}
          onSave={(contactId, role) =>
            change.mutate((cause) => linkContact(record.id, contactId, { role: role || null }, cause), {
              onSuccess: () => setEdited(undefined),
            })
          }
        />
      ) : null}
    </>
  );
}

interface LinkDialogProps {
  contact: ObjectDescription;
  link: AccountContact | undefined;
  isSaving: boolean;
  onClose: () => void;
  onSave: (contactId: string, role: string) => void;
}

function LinkDialog({ contact, link, isSaving, onClose, onSave }: LinkDialogProps) {
  const { t } = useTranslation('account-contacts');
  const [person, setPerson] = useState<RecordReference | null>(link?.contact ?? null);
  const [role, setRole] = useState(link?.role ?? '');
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (person) onSave(person.id, role.trim());
  };
  return (
    <Modal opened onClose={onClose} title={link ? t('editRole') : t('add')} size="sm">
      <Form onSubmit={submit}>
        <Stack gap="md">
          {link ? (
            <Text size="sm" fw={600}>
              {link.contact.name}
            </Text>
          ) : (
            <ReferencePicker
              object={contact}
              label={contact.label}
              isRequired
              autoFocus
              value={person}
              error={isTried && !person ? t('choose') : undefined}
              onChange={setPerson}
            />
          )}
          <Autocomplete
            openOnFocus={false}
            label={t('role')}
            maxLength={100}
            data={t('roles', { returnObjects: true }) as string[]}
            value={role}
            onChange={setRole}
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={isSaving}>
              {t('save')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Modal>
  );
}
