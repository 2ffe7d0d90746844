import { IconTargetArrow } from '@tabler/icons-react';
import { type CSSProperties, useContext } from 'react';
import { iconOf } from '@/records/object-presentation';
import classes from './event.module.css';
import { type CalendarEvent, isBar } from './calendar-events';
import { CalendarContext } from './calendar-context';

/** An event: opened by a click, moved by dragging it or with Alt and the arrow keys. */
export function EventChip({
  event,
  style,
  form = 'line',
  isEnd = true,
}: {
  event: CalendarEvent;
  style?: CSSProperties;
  /** `block` in hours, `line` in days, `row` in the agenda. */
  form?: 'block' | 'line' | 'row';
  /** Whether the event ends here and not on another day. */
  isEnd?: boolean;
}) {
  const { words, colourOf, nameOf, changes, drag, onOpen, onEdit } = useContext(CalendarContext);
  const isClosing = event.object.key === 'opportunity';
  const Icon = isClosing ? IconTargetArrow : iconOf(event.object);
  const isMoved = changes.draft?.event?.key === event.key;
  const person = nameOf(event.person);
  const time = form === 'block' && event.at ? words.time(event.at.start) : words.brief(event);
  return (
    <button
      type="button"
      className={classes['event']}
      data-event={event.key}
      data-form={form}
      data-done={event.isDone || undefined}
      data-closing={isClosing || undefined}
      data-bar={isBar(event) || undefined}
      data-moved={isMoved || undefined}
      data-movable={event.canMove || undefined}
      style={{ ...style, '--event': colourOf(event) } as CSSProperties}
      aria-label={words.label(event, person)}
      aria-keyshortcuts={event.canMove ? 'Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight' : undefined}
      aria-describedby={event.canMove && form !== 'row' ? 'calendar-keys' : undefined}
      title={words.label(event, person)}
      onClick={() => {
        if (!drag.wasDrag()) onOpen(event);
      }}
      onPointerDown={(pointer) => {
        pointer.stopPropagation();
        if (event.canMove && form !== 'row') drag.start('move', event, pointer);
      }}
      onDoubleClick={(click) => click.stopPropagation()}
      onKeyDown={(key) => {
        if (key.key === 'e' && !key.altKey && !key.ctrlKey && !key.metaKey) {
          key.preventDefault();
          onEdit(event);
        } else if (form !== 'row') changes.onKeyDown(event, key);
      }}
    >
      <Icon size={12} aria-hidden className={classes['icon']} />
      {form === 'row' ? (
        <span
          className={classes['rowTime']}
          data-text={event.at ? `${words.time(event.at.start)} – ${words.time(event.at.end)}` : words.allDay}
        />
      ) : null}
      <span className={classes['eventTitle']}>{event.title}</span>
      {time && form !== 'row' ? <span className={classes['time']} data-text={time} /> : null}
      {form === 'row' && person ? <span className={classes['time']} data-text={person} /> : null}
      {form === 'block' && isEnd && event.canStretch ? (
        <span
          className={classes['edge']}
          data-edge
          onPointerDown={(pointer) => {
            pointer.stopPropagation();
            drag.start('stretch', event, pointer);
          }}
        />
      ) : null}
    </button>
  );
}
