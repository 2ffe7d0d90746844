import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import type { ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { type EventTime, valuesAt } from './calendar-events';

interface CreateAtProps {
  /** Objects that can be created at the time. */
  objects: ObjectDescription[];
  time: EventTime;
  /** Place on the screen. */
  at: { x: number; y: number };
  onChoose: (object: ObjectDescription, values: Record<string, unknown>) => void;
  onCancel: () => void;
}

/** Asks what to create at a time. If there is only one thing, it is not asked. */
export default function CreateAt({ objects, time, at, onChoose, onCancel }: CreateAtProps) {
  const { t } = useTranslation('calendar');
  const only = objects.length === 1 ? objects[0] : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time
  useEffect(() => {
    if (only) onChoose(only, valuesAt(only, time));
    else if (!objects.length) onCancel();
  }, [time]);
  if (objects.length < 2) return null;
  return (
    <Menu opened onChange={(isOpen) => !isOpen && onCancel()} position="bottom-start" trapFocus withinPortal>
      <Menu.Target>
        <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('create')}>
        {objects.map((object) => {
          const Icon = iconOf(object);
          return (
            <Menu.Item
              key={object.key}
              leftSection={<Icon size={15} />}
              onClick={() => onChoose(object, valuesAt(object, time))}
            >
              {t('new', { object: object.label })}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
