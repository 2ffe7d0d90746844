import { Button, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCube, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import parts from '@/app/shell/settings-parts.module.css';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { type CustomObject, customObjectsQuery } from './api/custom-objects';
import { DeleteObjectDialog } from './delete-object-dialog';
import { DeletedObjectsDialog } from './deleted-objects-dialog';
import { ObjectDialog } from './object-dialog';
import { ObjectRow } from './object-row';

type Open = { kind: 'add' } | { kind: 'deleted' } | { kind: 'edit' | 'delete'; object: CustomObject };

/** The objects that the company made: they can be added, changed, deleted and restored. */
export default function ObjectsPage() {
  const { t } = useTranslation('objects');
  const formats = useFormats();
  const query = useQuery(customObjectsQuery);
  const [open, setOpen] = useState<Open | undefined>();
  const close = () => setOpen(undefined);
  const objects = query.data?.data ?? [];
  const limit = query.data?.limit ?? 0;
  const isFull = objects.length >= limit;
  const add = (
    <Button
      size="xs"
      leftSection={<IconPlus size={15} />}
      disabled={isFull}
      onClick={() => setOpen({ kind: 'add' })}
    >
      {t('add')}
    </Button>
  );
  return (
    <SettingsLayout part="objects" actions={objects.length ? add : null}>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('intro')}
      </Text>
      {query.isPending ? (
        <Skeleton height={200} radius="md" role="status" aria-label={t('loading')} />
      ) : query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : (
        <section aria-labelledby="own-objects">
          <div className={parts['head']}>
            <h3 id="own-objects" className={parts['heading']}>
              {t('own')}
            </h3>
            <span className={parts['count']}>
              {t('used', { count: formats.number(objects.length), most: formats.number(limit) })}
            </span>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconTrash size={14} />}
              onClick={() => setOpen({ kind: 'deleted' })}
            >
              {t('deleted.open')}
            </Button>
          </div>
          {objects.length ? (
            <ul className={parts['rows']} aria-labelledby="own-objects">
              {objects.map((object) => (
                <ObjectRow
                  key={object.id}
                  object={object}
                  onEdit={() => setOpen({ kind: 'edit', object })}
                  onDelete={() => setOpen({ kind: 'delete', object })}
                />
              ))}
            </ul>
          ) : (
            <StateMessage icon={<IconCube size={20} />} title={t('none')} text={t('noneText')}>
              {add}
            </StateMessage>
          )}
        </section>
      )}
      {open?.kind === 'add' ? <ObjectDialog onClose={close} /> : null}
      {open?.kind === 'edit' ? <ObjectDialog object={open.object} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteObjectDialog object={open.object} onClose={close} /> : null}
      {open?.kind === 'deleted' ? <DeletedObjectsDialog onClose={close} /> : null}
    </SettingsLayout>
  );
}
