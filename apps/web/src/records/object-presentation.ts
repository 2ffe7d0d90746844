import {
  IconBuilding,
  IconBuildingBank,
  IconCalendar,
  IconCheckbox,
  IconCube,
  IconId,
  IconMail,
  IconPackage,
  IconPhone,
  IconTag,
  IconTargetArrow,
  IconTimeline,
  IconUser,
  IconUsersGroup,
  IconUserSearch,
  IconFile,
  type TablerIcon,
} from '@tabler/icons-react';
import type { DescribedObject } from '@pellucid/api-client';
import type { Condition } from '@pellucid/conditions';

/** How pages draw an object's records, as `GET /objects` describes it. */
export type ObjectPresentation = Omit<DescribedObject['presentation'], 'offered'> & {
  offered: { present?: Condition; logIn?: Condition };
};

/** Every icon that a description can name. */
const ICONS: Record<ObjectPresentation['icon'], TablerIcon> = {
  bank: IconBuildingBank,
  building: IconBuilding,
  calendar: IconCalendar,
  checkbox: IconCheckbox,
  cube: IconCube,
  id: IconId,
  mail: IconMail,
  package: IconPackage,
  phone: IconPhone,
  tag: IconTag,
  target: IconTargetArrow,
  timeline: IconTimeline,
  user: IconUser,
  userSearch: IconUserSearch,
  file: IconFile,
  users: IconUsersGroup,
};

/** The names of all icons. */
export const OBJECT_ICONS = Object.keys(ICONS) as ObjectPresentation['icon'][];

/** The colour of an object's icon; undefined for an object without one. */
export const colorOf = ({ presentation: { color } }: { presentation: Pick<ObjectPresentation, 'color'> }) =>
  color && `var(--mantine-color-${color}-text)`;

/** The icon of an object. A page from before an update draws the default for icons that it doesn't know. */
export function iconOf(object: { presentation: Pick<ObjectPresentation, 'icon'> }): TablerIcon {
  return ICONS[object.presentation.icon] ?? IconCube;
}
