import { Skeleton } from '@mantine/core';
import { useRights } from '../access/use-rights';
import type { ObjectDescription, RecordData } from '../object-description';
import { RecordDetails } from '../record/record-sections';
import { useRecordLayout } from '../record/use-record-layout';

/** The fields of a record beside something else, in the layout for peeking. */
export default function PeekDetails({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const rights = useRights(object, record);
  const page = useRecordLayout(object, record, 'peek');
  if (page.isPending) return <Skeleton height={240} />;
  return (
    <RecordDetails
      page={page}
      object={object}
      record={record}
      update={rights.may('update')}
      rights={rights.fields}
    />
  );
}
