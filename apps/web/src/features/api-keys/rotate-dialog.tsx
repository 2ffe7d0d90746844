import { Alert, Button, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import type { UnreadText } from '@/lib/typed/unread-text';
import { problemText } from '@/lib/problem-text';
import { type ApiKey, rotateKey } from './api/api-keys';
import { expiryOf, type Lifetime } from './expiry';
import { ExpiryInput } from './expiry-input';
import { useKeyEnd } from './key-state';
import { ShownKey } from './shown-key';

/** Minutes for which the current key remains valid. */
const OVERLAPS = ['0', '60', '1440', '10080'] as const;

/** Gives a key a new secret and shows it once. */
export function RotateDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation('api-keys');
  const endOf = useKeyEnd();
  const isExpired = apiKey.state === 'expired';
  const [overlap, setOverlap] = useState<string>('1440');
  const [lifetime, setLifetime] = useState<Lifetime | 'keep'>(isExpired ? '90' : 'keep');
  const [day, setDay] = useState<string | UnreadText | null>(null);
  const expiresAt = lifetime === 'keep' ? undefined : expiryOf(lifetime, day);
  const isDayMissing = lifetime === 'date' && expiresAt === undefined;
  const rotate = useMutation({
    mutationFn: () =>
      rotateKey(apiKey.id, {
        overlapMinutes: Number(overlap),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }),
  });
  const named = rotate.error instanceof ApiProblem ? rotate.error.fields : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isDayMissing) rotate.mutate();
  };
  const text = rotate.data?.key;
  return (
    <Dialog
      onClose={onClose}
      size="lg"
      title={t(text ? 'shown.of' : 'rotate.title', { name: apiKey.name })}
      isHeld={Boolean(text)}
    >
      {text ? (
        <ShownKey text={text} onDone={onClose} />
      ) : (
        <Form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {t('rotate.text')}
            </Text>
            {rotate.isError && named.length === 0 ? (
              <Alert color="red" variant="light" role="alert">
                {problemText(rotate.error)}
              </Alert>
            ) : null}
            <Select
              data-autofocus
              label={t('rotate.overlap')}
              data={OVERLAPS.map((value) => ({ value, label: t(`rotate.overlaps.${value}`) }))}
              value={overlap}
              allowDeselect={false}
              onChange={(next) => next && setOverlap(next)}
            />
            <ExpiryInput
              lifetime={lifetime}
              day={day}
              present={isExpired ? undefined : endOf(apiKey)}
              error={named[0]?.message}
              onChange={(next, chosen) => {
                setLifetime(next);
                setDay(chosen);
              }}
            />
            <FormButtons>
              <CancelButton>{t('cancel')}</CancelButton>
              <Button type="submit" loading={rotate.isPending} disabled={isDayMissing}>
                {t('rotate.rotate')}
              </Button>
            </FormButtons>
          </Stack>
        </Form>
      )}
    </Dialog>
  );
}
