import { ActionIcon, Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconBuildingBank, IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import { useRecordForm } from '@/records/form/record-form-context';
import { mayCreate, mayUpdate, type ObjectDescription, recordName } from '@/records/object-description';
import classes from './people.module.css';

export default function EntitiesTab() {
  const { t } = useTranslation('people');
  const object = useObject('legalEntity');
  if (!object) return <StateMessage icon={<IconBuildingBank size={20} />} title={t('notAllowed')} />;
  return <Entities object={object} />;
}

/** The company's legal entities. Every record belongs to one. */
function Entities({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('people');
  const forms = useRecordForm();
  const { baseCurrency } = useFormats();
  const query = useQuery(shortListQuery(object, { sort: 'name', limit: 200 }));
  if (query.isPending) return <Skeleton height={160} radius="md" mt="md" />;
  if (query.isError) {
    return (
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
    );
  }
  return (
    <>
      <div className={classes['toolbar']}>
        <span className={classes['hint']}>{t('entities.text')}</span>
        {mayCreate(object) ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() => forms.openCreate(object, { onSaved: () => undefined })}
          >
            {t('entities.new')}
          </Button>
        ) : null}
      </div>
      {query.data.data.length === 0 ? (
        <StateMessage icon={<IconBuildingBank size={20} />} title={t('entities.none')} />
      ) : (
        <div className={classes['cards']}>
          {query.data.data.map((entity) => (
            <div key={entity.id} className={classes['card']}>
              <Link to={`${object.path}/${entity.id}`} className={classes['cardLink']}>
                <IconBuildingBank size={18} aria-hidden className={classes['cardIcon']} />
                <span className={classes['who']}>
                  <span className={classes['name']}>{recordName(object, entity)}</span>
                  <span className={classes['sub']}>
                    {[entity['registrationNumber'], entity['country'], entity['currency'] ?? baseCurrency]
                      .filter(Boolean)
                      .join(' · ') || t('entities.noDetails')}
                  </span>
                </span>
              </Link>
              {mayUpdate(object) ? (
                <ActionIcon
                  size={26}
                  aria-label={t('entities.edit', { name: recordName(object, entity) })}
                  onClick={() => forms.openEdit(object, entity)}
                >
                  <IconPencil size={14} />
                </ActionIcon>
              ) : null}
            </div>
          ))}
        </div>
      )}
    </>
  );
}
