import { isUnnamed } from '../access/field-visibility';
import { NotVisible } from '../access/withheld-marks';
import classes from '../fields/field-value.module.css';
import { OptionPill, optionLabel } from '../fields/option-pill';
import { isReference } from '../object-description';
import type { WebFieldType } from './web-field-type';

export const multiSelect: WebFieldType = {
  track: [200, 1.5],
  show: ({ field, value }) => (
    <span className={classes['pills']}>
      {(value as unknown[]).map((item) =>
        isReference(item) && isUnnamed(item) ? (
          <NotVisible key={item.id} />
        ) : isReference(item) ? (
          <OptionPill key={item.id} label={item.name} value={item.name} />
        ) : (
          <OptionPill key={String(item)} label={optionLabel(field, String(item))} value={String(item)} />
        ),
      )}
    </span>
  ),
};
