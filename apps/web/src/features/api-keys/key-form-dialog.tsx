import { Alert, Button, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { problemText } from '@/lib/problem-text';
import { type ApiKey, changeKey, keyRolesQuery, makeKey, type ShownApiKey } from './api/api-keys';
import { expiryOf, type Lifetime } from './expiry';
import { ExpiryInput } from './expiry-input';
import { useKeyEnd } from './key-state';
import { ShownKey } from './shown-key';

interface KeyFormDialogProps {
  /** The key to change. If left out, a key is created. */
  apiKey?: ApiKey;
  onClose: () => void;
}

/** Creates a key and shows it once, or changes what a key may do. */
export function KeyFormDialog({ apiKey, onClose }: KeyFormDialogProps) {
  const { t } = useTranslation('api-keys');
  const [shown, setShown] = useState<ShownApiKey | undefined>();
  return (
    <Dialog
      onClose={onClose}
      size="lg"
      title={shown ? t('shown.of', { name: shown.name }) : t(apiKey ? 'form.editTitle' : 'form.createTitle')}
      isHeld={Boolean(shown)}
    >
      {shown?.key ? (
        <ShownKey text={shown.key} onDone={onClose} />
      ) : (
        <KeyForm {...(apiKey ? { apiKey } : {})} onMade={setShown} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface KeyFormProps extends KeyFormDialogProps {
  onMade: (key: ShownApiKey) => void;
}

function KeyForm({ apiKey, onMade, onClose }: KeyFormProps) {
  const { t } = useTranslation('api-keys');
  const roles = useQuery(keyRolesQuery);
  const endOf = useKeyEnd();
  const [name, setName] = useState(apiKey?.name ?? '');
  const [roleId, setRoleId] = useState<string | null>(apiKey?.roleId ?? null);
  const [lifetime, setLifetime] = useState<Lifetime | 'keep'>(apiKey ? 'keep' : '90');
  const [day, setDay] = useState<string | UnreadText | null>(null);
  const [addresses, setAddresses] = useState<string[]>(apiKey?.allowedAddresses ?? []);
  const [rate, setRate] = useState<string | UnreadText>(String(apiKey?.ratePerMinute ?? ''));
  const [isTried, setTried] = useState(false);
  const expiresAt = lifetime === 'keep' ? apiKey?.expiresAt : expiryOf(lifetime, day);
  const role = roles.data?.find(({ id }) => id === roleId);
  const reachesNothing =
    role !== undefined && role.system.length === 0 && !role.permissions.some(({ scope }) => scope === 'all');
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        name: name.trim(),
        roleId: roleId ?? '',
        allowedAddresses: addresses,
        ratePerMinute: rate === '' ? null : Number(rate),
        ...(lifetime === 'keep' || expiresAt === undefined ? {} : { expiresAt }),
      };
      if (apiKey) await changeKey(apiKey, body);
      else onMade(await makeKey(body));
    },
    onSuccess: () => {
      if (!apiKey) return;
      notify({ message: t('form.saved') });
      onClose();
    },
  });
  const named = save.error instanceof ApiProblem ? save.error.fields : [];
  const problemOf = (key: string) => named.find(({ pointer }) => pointer.split('/')[1] === key)?.message;
  const missing = (isMissing: boolean, text: string) => (isTried && isMissing ? t(text) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (rate instanceof UnreadText) return;
    if (name.trim() && roleId && (lifetime === 'keep' || expiresAt !== undefined)) save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="md">
        {save.isError && named.length === 0 ? (
          <Alert color="red" variant="light" role="alert">
            {problemText(save.error)}
          </Alert>
        ) : null}
        <TextInput
          data-autofocus
          label={t('form.name')}
          description={t('form.nameHelp')}
          withAsterisk
          autoComplete="off"
          maxLength={100}
          value={name}
          error={problemOf('name') ?? missing(!name.trim(), 'form.nameMissing')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('form.role')}
          description={t('form.roleHelp')}
          withAsterisk
          data={(roles.data ?? []).map(({ id, key, name: label }) => ({
            value: id,
            label: key ? t(`roles.${key}`, { defaultValue: label }) : label,
          }))}
          value={roleId}
          searchable
          error={
            problemOf('roleId') ??
            (roles.isError ? problemText(roles.error) : missing(!roleId, 'form.roleMissing'))
          }
          onChange={setRoleId}
        />
        {reachesNothing ? (
          <Alert color="yellow" variant="light">
            {t('form.reachesNothing')}
          </Alert>
        ) : null}
        <ExpiryInput
          lifetime={lifetime}
          day={day}
          present={apiKey ? endOf(apiKey) : undefined}
          error={problemOf('expiresAt') ?? missing(lifetime === 'date' && !day, 'form.dayMissing')}
          onChange={(next, chosen) => {
            setLifetime(next);
            setDay(chosen);
          }}
        />
        <TagsInput
          label={t('form.addresses')}
          description={t('form.addressesHelp')}
          placeholder={addresses.length ? undefined : '192.0.2.0/24'}
          value={addresses}
          acceptValueOnBlur
          splitChars={[',', ' ', ';']}
          maxTags={50}
          error={problemOf('allowedAddresses')}
          onChange={(next) => setAddresses(next.flatMap((text) => text.split(/[\s,;]+/)).filter(Boolean))}
        />
        <TypedNumberInput
          label={t('form.rate')}
          description={t('form.rateHelp')}
          value={rate}
          min={1}
          max={100_000}
          decimals={0}
          error={problemOf('ratePerMinute')}
          onChange={setRate}
        />
        {apiKey ? null : (
          <Text size="xs" c="dimmed">
            {t('form.shownOnce')}
          </Text>
        )}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(apiKey ? 'form.save' : 'form.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
