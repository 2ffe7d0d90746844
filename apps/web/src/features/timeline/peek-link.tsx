import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { NotVisible } from '@/records/access/withheld-marks';
import type { ObjectDescription, RecordReference } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import classes from './timeline.module.css';

/** A record's object and name. A click shows the record beside the page; the link itself leads to its own page. */
export function PeekLink({
  object,
  record,
  onPeek,
  isBare = false,
}: {
  object: ObjectDescription | undefined;
  record: RecordReference;
  onPeek: (record: { object: string; id: string }) => void;
  /** Without the object. */
  isBare?: boolean;
}) {
  const Icon = object && iconOf(object);
  if (!object) return <span>{record.name}</span>;
  return (
    <span className={classes['peek']}>
      {isBare || !Icon ? null : (
        <>
          <Icon size={14} aria-hidden />
          <span className={classes['aside']}>{object.label}</span>
        </>
      )}
      <Anchor
        component={Link}
        to={`${object.path}/${record.id}`}
        size="sm"
        onClick={(event: React.MouseEvent) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          onPeek({ object: object.key, id: record.id });
        }}
      >
        {record.name || <NotVisible />}
      </Anchor>
    </span>
  );
}
