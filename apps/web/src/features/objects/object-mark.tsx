import { colorOf, iconOf } from '@/records/object-presentation';
import parts from '@/app/shell/settings-parts.module.css';
import type { CustomObject } from './api/custom-objects';

/** The icon of an object in its colour. */
export function ObjectMark({ icon = 'cube', color }: Pick<CustomObject, 'icon' | 'color'>) {
  const Icon = iconOf({ presentation: { icon } });
  const shown = colorOf({ presentation: color ? { color } : {} });
  return <Icon size={17} aria-hidden className={parts['icon']} {...(shown ? { color: shown } : {})} />;
}
