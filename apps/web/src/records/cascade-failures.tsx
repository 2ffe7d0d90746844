import { Anchor, Text } from '@mantine/core';
import { useQueries, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BulkFailure } from './api/bulk-job';
import { objectsQuery } from './api/describe-objects';
import { recordQuery } from './api/get-record';
import { RecordLink } from './fields/record-link';
import { failureText } from './failure-text';
import { recordName } from './object-description';

/** How many records and reasons a notice names. */
const NAMED = 5;
const REASONS = 3;

/**
 * Says how many records a job could not change and why, and links to the first ones that the user may view.
 * @param failures the first failures; empty until they are known
 */
export function CascadeFailures({ count, failures }: { count: number; failures: BulkFailure[] }) {
  const { t } = useTranslation('records');
  const { data: objects } = useSuspenseQuery(objectsQuery);
  const failed = failures.slice(0, NAMED).flatMap(({ id, object: key }) => {
    const object = objects.find((each) => each.key === key);
    return object && id ? [{ object, id }] : [];
  });
  const records = useQueries({
    queries: failed.map(({ object, id }) => ({ ...recordQuery(object.path, id), retry: false })),
  });
  const links = failed.flatMap(({ object, id }, n) => {
    const record = records[n]?.data;
    return record ? [{ to: `${object.path}/${id}`, name: recordName(object, record) }] : [];
  });
  const reasons = [...new Set(failures.map(({ errors }) => failureText(errors)))].slice(0, REASONS);
  return (
    <>
      <Text size="sm" c="var(--pl-bad)">
        {t('bulk.failed', { count })}. {reasons.join(' ')}
      </Text>
      {links.length > 0 ? (
        <Text size="sm">
          {links.map(({ to, name }, n) => (
            <span key={to}>
              {n > 0 ? ', ' : null}
              <Anchor component={RecordLink} to={to}>
                {name}
              </Anchor>
            </span>
          ))}
          {count > links.length ? ' …' : null}
        </Text>
      ) : null}
    </>
  );
}
