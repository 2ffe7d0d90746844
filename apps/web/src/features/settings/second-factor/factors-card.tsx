import { ActionIcon, Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notify } from '@/lib/notify';
import type { SecondFactor, SecondFactors } from '@pellucid/api-client';
import { IconDeviceMobile, IconDots, IconFingerprint, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { useFormats } from '@/lib/format/formats';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton, Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { LoadState } from '../load-state';
import settings from '../settings.module.css';
import { AddApp } from './add-app';
import { AddPasskey } from './add-passkey';
import { factorsQuery, removeFactor, renameFactor, renewCodes } from './api';
import { ProofForm } from './proof-form';
import { RecoveryCodes } from './recovery-codes';
import classes from './second-factor.module.css';

const ICONS = { totp: IconDeviceMobile, passkey: IconFingerprint };

type Open =
  | { what: 'app' | 'passkey' | 'renew' }
  | { what: 'remove' | 'rename'; factor: SecondFactor }
  | { what: 'codes'; codes: string[] };

/** The user's second factors, and recovery codes in case they are lost. */
export function FactorsCard() {
  const { t } = useTranslation('settings');
  const query = useQuery(factorsQuery);
  return (
    <section className={settings['card']} aria-labelledby="second-factors">
      <h3 className={settings['cardTitle']} id="second-factors">
        {t('factors.title')}
      </h3>
      {query.data ? (
        <Factors factors={query.data} />
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </section>
  );
}

function Factors({ factors }: { factors: SecondFactors }) {
  const { t } = useTranslation('settings');
  const [open, setOpen] = useState<Open | undefined>();
  const close = () => setOpen(undefined);
  const added = ({ recoveryCodes }: { recoveryCodes: string[] | null }) => {
    notify({ message: t('factors.added') });
    setOpen(recoveryCodes ? { what: 'codes', codes: recoveryCodes } : undefined);
  };
  const { data, recoveryCodesLeft, required } = factors;
  const { user } = useMe();
  const isConfirmed = user.emailVerifiedAt !== null;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t(required ? 'factors.textRequired' : 'factors.text')}
      </Text>
      {data.length ? (
        <ul className={settings['rows']}>
          {data.map((factor) => (
            <Factor
              key={factor.id}
              factor={factor}
              onRename={() => setOpen({ what: 'rename', factor })}
              onRemove={() => setOpen({ what: 'remove', factor })}
            />
          ))}
        </ul>
      ) : null}
      {isConfirmed ? null : (
        <Text size="sm" id="factors-wait">
          {t('factors.confirmFirst', { email: user.email })}
        </Text>
      )}
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          disabled={!isConfirmed}
          aria-describedby={isConfirmed ? undefined : 'factors-wait'}
          leftSection={<IconPlus size={15} />}
          onClick={() => setOpen({ what: 'app' })}
        >
          {t('factors.app.add')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!isConfirmed}
          aria-describedby={isConfirmed ? undefined : 'factors-wait'}
          leftSection={<IconPlus size={15} />}
          onClick={() => setOpen({ what: 'passkey' })}
        >
          {t('factors.passkey.add')}
        </Button>
      </Group>
      {data.length ? (
        <div className={classes['recovery']}>
          <span>
            {t('recovery.left', { count: recoveryCodesLeft })}{' '}
            {recoveryCodesLeft < 3 ? (
              <Badge color="orange" variant="light" size="sm">
                {t('recovery.few')}
              </Badge>
            ) : null}
          </span>
          <Button size="xs" variant="default" onClick={() => setOpen({ what: 'renew' })}>
            {t('recovery.renew')}
          </Button>
        </div>
      ) : null}
      {open?.what === 'app' ? (
        <Dialog title={t('factors.app.title')} size="lg" isHeld onClose={close}>
          <AddApp onAdded={added} onCancel={close} />
        </Dialog>
      ) : null}
      {open?.what === 'passkey' ? (
        <Dialog title={t('factors.passkey.title')} onClose={close}>
          <AddPasskey onAdded={added} onCancel={close} />
        </Dialog>
      ) : null}
      {open?.what === 'codes' ? (
        <Dialog title={t('recovery.title')} isHeld onClose={close}>
          <RecoveryCodes codes={open.codes} onDone={close} />
        </Dialog>
      ) : null}
      {open?.what === 'renew' ? (
        <Dialog title={t('recovery.renew')} onClose={close}>
          <ProofForm
            text={t('recovery.renewText')}
            submitLabel={t('recovery.renew')}
            methods={['password', ...(data.some(({ kind }) => kind === 'totp') ? ['totp'] : [])]}
            onProven={async (proof) => setOpen({ what: 'codes', codes: await renewCodes(proof) })}
            onCancel={close}
          />
        </Dialog>
      ) : null}
      {open?.what === 'remove' ? (
        <Dialog title={t('factors.removeTitle', { name: open.factor.name })} onClose={close}>
          <ProofForm
            text={t(data.length > 1 ? 'factors.removeText' : 'factors.removeLastText')}
            submitLabel={t('factors.remove')}
            isDangerous
            methods={['password', ...(data.some(({ kind }) => kind === 'totp') ? ['totp'] : [])]}
            onProven={async (proof) => {
              await removeFactor(open.factor.id, proof);
              notify({ message: t('factors.removed') });
              close();
            }}
            onCancel={close}
          />
        </Dialog>
      ) : null}
      {open?.what === 'rename' ? (
        <Dialog title={t('factors.renameTitle')} size="sm" onClose={close}>
          <RenameForm factor={open.factor} onDone={close} />
        </Dialog>
      ) : null}
    </>
  );
}

function Factor({
  factor,
  onRename,
  onRemove,
}: {
  factor: SecondFactor;
  onRename: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('settings');
  const formats = useFormats();
  const Icon = ICONS[factor.kind];
  const { name, createdAt, lastUsedAt } = factor;
  return (
    <li className={classes['factor']}>
      <Icon size={20} aria-hidden />
      <Stack gap={0} className={settings['sessionText'] ?? ''}>
        <span className="pl-truncate">{name}</span>
        <span className={settings['sub']}>
          {t(`factors.kind.${factor.kind}`)} ·{' '}
          {t('factors.since', { date: formats.date(createdAt.slice(0, 10)) })}
          {lastUsedAt ? ` · ${t('sessions.lastUsed', { time: formats.ago(lastUsedAt) })}` : ''}
        </span>
      </Stack>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('more', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onRename}>{t('factors.rename')}</Menu.Item>
          <Menu.Item color="var(--pl-bad)" onClick={onRemove}>
            {t('factors.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function RenameForm({ factor, onDone }: { factor: SecondFactor; onDone: () => void }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(factor.name);
  const rename = useMutation({ mutationFn: () => renameFactor(factor.id, name.trim()), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) rename.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('factors.name')}
          maxLength={100}
          value={name}
          error={rename.isError ? problemText(rename.error) : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" disabled={!name.trim()} loading={rename.isPending}>
            {t('save')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
