import { ActionIcon, Group, Input } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { colorOf, iconOf, OBJECT_ICONS } from '@/records/object-presentation';
import { type ObjectColor } from './model/object-draft';
import type { ObjectPartProps } from './object-dialog';

/** Every colour, in the order of the rainbow. */
const COLORS = Object.keys({
  gray: true,
  red: true,
  pink: true,
  grape: true,
  violet: true,
  indigo: true,
  blue: true,
  cyan: true,
  teal: true,
  green: true,
  yellow: true,
  orange: true,
} satisfies Record<ObjectColor, true>) as ObjectColor[];

/** The icon of an object and its colour. */
export function LookSettings({ draft, set }: ObjectPartProps) {
  const { t } = useTranslation('objects');
  const id = useId();
  const color = colorOf({ presentation: draft.color ? { color: draft.color } : {} });
  const Chosen = iconOf({ presentation: draft });
  const choice = (label: string, isChosen: boolean) => ({
    size: 32,
    variant: isChosen ? 'light' : 'subtle',
    color: isChosen ? 'lagoon' : 'gray',
    'aria-label': label,
    'aria-pressed': isChosen,
    title: label,
  });
  return (
    <>
      <Input.Wrapper label={t('settings.icon')} labelElement="div" labelProps={{ id: `${id}-icon` }}>
        <Group gap={4} role="group" aria-labelledby={`${id}-icon`}>
          {OBJECT_ICONS.map((icon) => {
            const Icon = iconOf({ presentation: { icon } });
            return (
              <ActionIcon
                key={icon}
                {...choice(t(`icons.${icon}`), icon === draft.icon)}
                onClick={() => set({ icon })}
              >
                <Icon size={18} color={color ?? 'currentColor'} />
              </ActionIcon>
            );
          })}
        </Group>
      </Input.Wrapper>
      <Input.Wrapper label={t('settings.color')} labelElement="div" labelProps={{ id: `${id}-color` }}>
        <Group gap={4} role="group" aria-labelledby={`${id}-color`}>
          {[undefined, ...COLORS].map((each) => (
            <ActionIcon
              key={each ?? 'none'}
              {...choice(t(`colors.${each ?? 'none'}`), each === draft.color)}
              onClick={() => set({ color: each })}
            >
              <Chosen
                size={18}
                color={colorOf({ presentation: each ? { color: each } : {} }) ?? 'var(--pl-text-2)'}
              />
            </ActionIcon>
          ))}
        </Group>
      </Input.Wrapper>
    </>
  );
}
