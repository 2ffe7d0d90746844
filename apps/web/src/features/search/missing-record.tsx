import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { explainRecordQuery, type RecordReason, type SearchRequest } from '@/records/search/search-records';
import classes from './search-page.module.css';

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Says why a record is not among the hits: whoever misses one pastes its link or ID. */
export function MissingRecord({
  request,
  objects,
}: {
  request: SearchRequest;
  objects: ObjectDescription[];
}) {
  const { t } = useTranslation('search');
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <Button variant="subtle" size="xs" className={classes['missing']} onClick={() => setOpen(true)}>
        {t('missing.open')}
      </Button>
    );
  return <Question request={request} objects={objects} />;
}

function Question({ request, objects }: { request: SearchRequest; objects: ObjectDescription[] }) {
  const { t } = useTranslation('search');
  const [object, setObject] = useState(objects[0]?.key ?? '');
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<string>();
  const [isWrong, setWrong] = useState(false);
  const query = useQuery(explainRecordQuery(request, asked));
  const ask = () => {
    const id = ID.exec(text)?.[0];
    // A link says itself of which object the record is.
    const linked = objects.find(({ path }) => text.includes(`${path}/`));
    setWrong(id === undefined);
    setAsked(id && `${linked?.key ?? object}/${id.toLowerCase()}`);
    if (linked) setObject(linked.key);
  };
  const record = query.data?.record;
  return (
    <Form onSubmit={ask} className={classes['question']}>
      <Text size="sm" fw={600}>
        {t('missing.title')}
      </Text>
      <div className={classes['asked']}>
        <Select
          size="xs"
          label={t('missing.object')}
          data={objects.map(({ key, label }) => ({ value: key, label }))}
          value={object}
          onChange={(key) => setObject(key ?? '')}
          allowDeselect={false}
        />
        <TextInput
          size="xs"
          className={classes['link']}
          label={t('missing.record')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          error={isWrong ? t('missing.wrong') : undefined}
          autoFocus
        />
        <Button size="xs" type="submit" loading={query.isFetching}>
          {t('missing.ask')}
        </Button>
      </div>
      {query.isError ? (
        <Text size="sm" c="red" role="alert">
          {problemText(query.error)}
        </Text>
      ) : null}
      {record ? (
        <Stack gap={2} role="status">
          <Text size="sm">{t(record.isFound ? 'missing.found' : 'missing.notFound')}</Text>
          {record.reasons.map((reason, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: sentences keep their order
            <Text key={index} size="sm" c="dimmed">
              <Reason reason={reason} />
            </Text>
          ))}
        </Stack>
      ) : null}
    </Form>
  );
}

/** A reason in the user's language; in English if this page does not know it. */
function Reason({ reason: { code, params, because } }: { reason: RecordReason }) {
  const { t } = useTranslation('search');
  const { fields, ...rest } = params as { fields?: string[] };
  return t(`reasons.${code}`, { ...rest, fields: fields?.join(', '), defaultValue: because });
}
