import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '@/records/api/describe-objects';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { ACCESSES, KINDS, type Sharing } from './share-model';

const TypedDateInput = lazy(() => import('@/lib/typed/typed-date-input'));

/** Edits with whom records are shared, how and until when. */
export function ShareEditor({
  sharing,
  isChecked,
  onChange,
}: {
  sharing: Sharing;
  /** Whether to mark what is missing. */
  isChecked: boolean;
  onChange: (next: Sharing) => void;
}) {
  const { t } = useTranslation('bulk-edit');
  const { user } = useMe();
  const { kind, grantee, access, until } = sharing;
  const target = useObject(kind);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('share.text')}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label={t('share.kind')}
        value={kind}
        data={KINDS.map((value) => ({ value, label: t(`share.kinds.${value}`) }))}
        onChange={(value) => onChange({ ...sharing, kind: value as Sharing['kind'], grantee: null })}
      />
      {target ? (
        <ReferencePicker
          key={kind}
          object={target}
          canCreate={false}
          people="logIn"
          withoutId={kind === 'member' ? user.memberId : undefined}
          label={t(`share.who.${kind}`)}
          value={grantee}
          error={isChecked && !grantee ? t('share.lacks') : undefined}
          onChange={(next) => onChange({ ...sharing, grantee: next })}
        />
      ) : (
        <TextInput disabled label={t(`share.who.${kind}`)} value={t('share.notSeen')} readOnly />
      )}
      <SegmentedControl
        size="xs"
        aria-label={t('share.access')}
        value={access}
        data={ACCESSES.map((value) => ({ value, label: t(`share.accesses.${value}`) }))}
        onChange={(value) => onChange({ ...sharing, access: value as Sharing['access'] })}
      />
      {access === 'none' ? null : (
        <Suspense fallback={<TextInput readOnly value="" label={t('share.until')} />}>
          <TypedDateInput
            label={t('share.until')}
            placeholder={t('share.forGood')}
            value={until}
            onChange={(next) => onChange({ ...sharing, until: next })}
          />
        </Suspense>
      )}
    </Stack>
  );
}
