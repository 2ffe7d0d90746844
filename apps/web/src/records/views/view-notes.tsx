import { Alert, Button, Group, Text } from '@mantine/core';
import { IconEyeClosed, IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '../object-description';
import { changeView, type View } from './saved-views';
import { contentOf, toApiContent, type ViewPart } from './view-model';

/** Says which parts of a view don't apply: to this user, or to anybody since a field is gone. */
export default function ViewNotes({ object, view }: { object: ObjectDescription; view: View }) {
  const { t, i18n } = useTranslation('views');
  const list = new Intl.ListFormat(i18n.language);
  const { withheld, gone } = view.notes;
  const parts = [...new Set(gone.map(({ part }) => part as ViewPart))];
  const drop = useMutation({
    mutationFn: () => {
      const shown = contentOf(object, view);
      return changeView(view, {
        content: toApiContent(Object.fromEntries(parts.map((part) => [part, shown[part] ?? null]))),
      });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const labels = [...new Set(gone.flatMap(({ label }) => label ?? []))];
  const named = (keys: string[]) => list.format(keys.map((part) => t(`parts.${part}`)));
  return (
    <>
      {withheld.length ? (
        <Alert variant="light" color="gray" icon={<IconEyeClosed size={18} />} mx={20} mb={10} role="status">
          <Text size="sm">{t('withheld', { parts: named(withheld) })}</Text>
        </Alert>
      ) : null}
      {gone.length ? (
        <Alert
          variant="light"
          color="yellow"
          icon={<IconAlertTriangle size={18} />}
          mx={20}
          mb={10}
          role="status"
        >
          <Group justify="space-between" gap="sm">
            <Text size="sm">
              {labels.length
                ? t('gone', { fields: list.format(labels), parts: named(parts), count: labels.length })
                : t('goneUnnamed', { parts: named(parts) })}
            </Text>
            {view.mayChange ? (
              <Button
                size="compact-xs"
                variant="default"
                loading={drop.isPending}
                onClick={() => drop.mutate()}
              >
                {t('dropGone')}
              </Button>
            ) : null}
          </Group>
        </Alert>
      ) : null}
    </>
  );
}
