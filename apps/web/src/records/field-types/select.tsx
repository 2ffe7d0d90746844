import { OptionPill, optionLabel } from '../fields/option-pill';
import type { WebFieldType } from './web-field-type';

export const select: WebFieldType = {
  show: ({ field, value }) => <OptionPill label={optionLabel(field, String(value))} value={String(value)} />,
};
