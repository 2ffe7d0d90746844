import { Anchor, Badge, Box, Button, Group, Text } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { undoToast } from '@/lib/undo-toast';
import { RecordLink } from '@/records/fields/record-link';
import { mayDelete, mayUpdate, type ObjectDescription } from '@/records/object-description';
import { type DuplicatePair, setDismissed } from './api/duplicates';
import { comparedLabels } from './pair-reasons';
import { PairTable } from './pair-table';

/** Two records that may be the same: why, side by side if asked for, and what can be done about it. */
export function PairRow({ pair, objects }: { pair: DuplicatePair; objects: ObjectDescription[] }) {
  const { t } = useTranslation('merge');
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const sides = pair.records.map((record) => ({
    ...record,
    of: objects.find(({ key }) => key === record.object),
  }));
  const [first, second] = sides;
  const names = sides.map(({ name, of }) => name ?? of?.label ?? '').join(' / ');
  const onError = (error: Error) => notify({ color: 'red', message: problemText(error) });
  const reopen = useMutation({ mutationFn: () => setDismissed(pair.id, false), onError });
  const dismiss = useMutation({
    mutationFn: () => setDismissed(pair.id, true),
    onSuccess: () => undoToast({ message: t('pairs.dismissed'), undo: () => reopen.mutate() }),
    onError,
  });
  const isSame = first!.object === second!.object;
  const object = first!.of;
  const [best] = pair.rules;
  return (
    <Box component="li" px={14} py={10} aria-label={names}>
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap={6} miw={0}>
          {sides.map(({ id, name, of }, n) => (
            <Text size="sm" fw={550} key={id}>
              {n ? <span aria-hidden>↔ </span> : null}
              {of ? (
                <Anchor component={RecordLink} to={`${of.path}/${id}`} inherit>
                  {name ?? of.label}
                </Anchor>
              ) : (
                name
              )}
              {isSame ? null : (
                <Text span size="xs" c="dimmed">
                  {' '}
                  {of?.label}
                </Text>
              )}
            </Text>
          ))}
        </Group>
        <Badge variant="light" miw="max-content">
          {t('pairs.score', { score: pair.score })}
        </Badge>
      </Group>
      <Group gap="xs" justify="space-between" mt={4}>
        <Text size="sm" c="dimmed">
          {(best?.conditions ?? [])
            .map((each) =>
              t(`pairs.methods.${each.method}`, {
                fields: comparedLabels(each, [first!.of, second!.of]),
                score: each.score,
              }),
            )
            .join(' · ')}
        </Text>
        <Group gap={6}>
          <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'pairs.hide' : 'pairs.compare')}
          </Button>
          {pair.dismissedAt ? (
            <Button
              size="compact-xs"
              variant="default"
              loading={reopen.isPending}
              onClick={() => reopen.mutate()}
            >
              {t('pairs.reopen')}
            </Button>
          ) : (
            <>
              <Button
                size="compact-xs"
                variant="default"
                loading={dismiss.isPending}
                onClick={() => dismiss.mutate()}
              >
                {t('pairs.dismiss')}
              </Button>
              {isSame && object && mayUpdate(object) && mayDelete(object) ? (
                <Button
                  size="compact-xs"
                  leftSection={<IconArrowMerge size={14} />}
                  onClick={() =>
                    void navigate({
                      to: '/merge',
                      search: { object: object.key, ids: pair.records.map(({ id }) => id).join(',') },
                    } as never)
                  }
                >
                  {t('pairs.merge')}
                </Button>
              ) : null}
            </>
          )}
        </Group>
      </Group>
      {isOpen ? <PairTable pair={pair} objects={objects} /> : null}
    </Box>
  );
}
