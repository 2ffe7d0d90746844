import { Initials } from '@pellucid/ui';
import { IconRobot } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useFormats } from '@/lib/format/formats';
import type { AccessNotes } from '@/records/access/field-visibility';
import type { ObjectDescription, RecordData } from '@/records/object-description';
import classes from './timeline.module.css';

/** What the entries of a timeline have in common. */
export interface TimelineView {
  object: ObjectDescription;
  record: RecordData;
  /** What is withheld of the record. */
  access: AccessNotes;
  /** Shows a record beside the page. */
  onPeek: (record: { object: string; id: string }) => void;
  onLook: (version: number) => void;
  /** Undefined if the user may not change the record. */
  onRestore: ((version: number) => void) | undefined;
}

/** A line with who and when, and what stands below it. */
export function EntryFrame({
  actor,
  icon,
  line,
  at,
  children,
}: {
  actor: { name: string; isPerson: boolean };
  icon?: ReactNode;
  line: ReactNode;
  at: string;
  children?: ReactNode;
}) {
  const formats = useFormats();
  return (
    <li className={classes['entry']}>
      <span className={classes['mark']}>
        {icon ??
          (actor.isPerson ? (
            <Initials name={actor.name} size={24} isRound />
          ) : (
            <IconRobot size={16} aria-hidden />
          ))}
      </span>
      <div className={classes['content']}>
        <p className={classes['line']}>
          <strong>{actor.name}</strong> {line}
          <time dateTime={at} title={formats.dateTime(at)} className={classes['time']}>
            {formats.ago(at)}
          </time>
        </p>
        {children}
      </div>
    </li>
  );
}
