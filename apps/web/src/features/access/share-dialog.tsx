import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { dayAt } from '@pellucid/conditions';
import { Initials } from '@pellucid/ui';
import { IconUsersGroup, IconX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { endOfDay } from '@/lib/format/end-of-day';
import { useFormats } from '@/lib/format/formats';
import { Form } from '@/lib/forms/form';
import type { UnreadText } from '@/lib/typed/unread-text';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '@/records/api/describe-objects';
import { newCause } from '@/records/api/undo';
import { ReferencePicker } from '@/records/fields/reference-picker';
import {
  type ObjectDescription,
  type RecordData,
  type RecordReference,
  recordName,
} from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { refreshShares, type Share, sharesQuery, shareWith, unshare } from './api/shares';
import { LoadState } from './load-state';
import classes from './share-dialog.module.css';

const TypedDateInput = lazy(() => import('@/lib/typed/typed-date-input'));

interface ShareDialogProps {
  object: ObjectDescription;
  record: RecordData;
  onClose: () => void;
}

/** Lists the shares of a record and adds new ones. */
export default function ShareDialog({ object, record, onClose }: ShareDialogProps) {
  const { t } = useTranslation('access');
  const shares = useQuery(sharesQuery(object.key, record.id));
  // After sharing, the form is reset for the next share.
  const [turn, setTurn] = useState(0);
  return (
    <Dialog title={t('share.title', { name: recordName(object, record) })} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('share.text')}
        </Text>
        <ShareForm key={turn} object={object} record={record} onShared={() => setTurn(turn + 1)} />
        <section aria-labelledby="shares-now">
          <h3 id="shares-now" className={classes['subtitle']}>
            {t('share.now')}
          </h3>
          {shares.data ? (
            <ShareList shares={shares.data} />
          ) : (
            <LoadState error={shares.error} height={56} onRetry={() => void shares.refetch()} />
          )}
        </section>
      </Stack>
    </Dialog>
  );
}

function ShareForm({
  object,
  record,
  onShared,
}: Omit<ShareDialogProps, 'onClose'> & { onShared: () => void }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const [kind, setKind] = useState<'member' | 'team'>('member');
  const [grantee, setGrantee] = useState<RecordReference | null>(null);
  const [access, setAccess] = useState<'read' | 'edit'>('read');
  const [day, setDay] = useState<string | UnreadText>('');
  const { user } = useMe();
  const target = useObject(kind);
  const share = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      const until = day ? { until: endOfDay(String(day), formats.zone) } : {};
      const wish = {
        object: object.key,
        record: record.id,
        grantee: { kind, id: grantee?.id ?? '' },
        access,
      };
      await shareWith({ ...wish, ...until }, cause);
      return cause;
    },
    onSuccess: (cause) => {
      showUndo({
        message: t('share.done', { name: grantee?.name }),
        cause,
        onUndone: () => void refreshShares(object.key, record.id),
      });
      onShared();
    },
  });
  const fields = share.error instanceof ApiProblem ? share.error.fields : [];
  const problemAt = (place: string) => fields.find(({ pointer }) => pointer.startsWith(place))?.message;
  const isPlaced = Boolean(problemAt('/grantee') ?? problemAt('/until'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (grantee) share.mutate();
  };
  return (
    <Form className={classes['form']} onSubmit={submit}>
      {share.isError && !isPlaced ? (
        <Alert color="red" variant="light" role="alert">
          {problemText(share.error)}
        </Alert>
      ) : null}
      <div className={classes['with']}>
        <SegmentedControl
          size="xs"
          aria-label={t('share.kind')}
          value={kind}
          data={(['member', 'team'] as const).map((value) => ({ value, label: t(`share.kinds.${value}`) }))}
          onChange={(value) => {
            setKind(value as 'member' | 'team');
            setGrantee(null);
            share.reset();
          }}
        />
        {target ? (
          <ReferencePicker
            key={kind}
            size="xs"
            object={target}
            canCreate={false}
            people="logIn"
            withoutId={kind === 'member' ? user.memberId : undefined}
            aria-label={t(`share.who.${kind}`)}
            placeholder={t(`share.who.${kind}`)}
            value={grantee}
            error={problemAt('/grantee')}
            onChange={(next) => {
              setGrantee(next);
              share.reset();
            }}
          />
        ) : (
          <TextInput disabled aria-label={t(`share.who.${kind}`)} value={t('share.notSeen')} readOnly />
        )}
      </div>
      <div className={classes['how']}>
        <SegmentedControl
          size="xs"
          aria-label={t('share.access')}
          value={access}
          data={(['read', 'edit'] as const).map((value) => ({ value, label: t(`share.accesses.${value}`) }))}
          onChange={(value) => setAccess(value as 'read' | 'edit')}
        />
        <Suspense fallback={<TextInput size="xs" readOnly value="" aria-label={t('share.until')} />}>
          <TypedDateInput
            size="xs"
            aria-label={t('share.until')}
            placeholder={t('share.forGood')}
            value={day}
            error={problemAt('/until')}
            onChange={setDay}
          />
        </Suspense>
        <Button type="submit" size="xs" disabled={!grantee} loading={share.isPending}>
          {t('share.share')}
        </Button>
      </div>
    </Form>
  );
}

function ShareList({ shares }: { shares: Share[] }) {
  const { t } = useTranslation('access');
  const formats = useFormats();
  const take = useMutation({
    mutationFn: async (share: Share) => {
      const cause = newCause();
      await unshare(share, cause);
      return cause;
    },
    onSuccess: (cause, { object, record, grantee }) =>
      showUndo({
        message: t('share.taken', { name: grantee.name ?? t(`share.unnamed.${grantee.kind}`) }),
        cause,
        onUndone: () => void refreshShares(object, record),
      }),
  });
  const today = dayAt(Date.now(), formats.zone);
  const untilText = ({ until }: Share) => {
    if (!until) return t('share.forGood');
    const left = dayAt(new Date(until).getTime(), formats.zone) - today;
    return left === 0 ? t('share.today') : t('share.untilDay', { date: formats.instantDay(until) });
  };
  if (shares.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('share.nobody')}
      </Text>
    );
  }
  return (
    <>
      {take.isError ? (
        <Alert color="red" variant="light" role="alert" mb="xs">
          {problemText(take.error)}
        </Alert>
      ) : null}
      <ul className={classes['rows']}>
        {shares.map((share) => {
          const name = share.grantee.name ?? t(`share.unnamed.${share.grantee.kind}`);
          return (
            <li key={share.id} className={classes['row']}>
              {share.grantee.kind === 'team' ? (
                <span className={classes['team']}>
                  <IconUsersGroup size={15} aria-hidden />
                </span>
              ) : (
                <Initials name={name} size={26} isRound />
              )}
              <span className={classes['who']}>
                <span className={classes['name']}>{name}</span>
                <span className={classes['sub']}>
                  {untilText(share)}
                  {share.createdBy?.name ? ` · ${t('share.by', { name: share.createdBy.name })}` : ''}
                </span>
              </span>
              <Badge variant={share.access === 'edit' ? 'light' : 'default'}>
                {t(`share.accesses.${share.access}`)}
              </Badge>
              <Group gap={0}>
                <ActionIcon
                  size={28}
                  aria-label={t('share.take', { name })}
                  loading={take.isPending && take.variables?.id === share.id}
                  onClick={() => take.mutate(share)}
                >
                  <IconX size={15} />
                </ActionIcon>
              </Group>
            </li>
          );
        })}
      </ul>
    </>
  );
}
