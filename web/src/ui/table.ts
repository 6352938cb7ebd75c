/** A column of DataTable. Cells are written by the slot `#key="{ row }"`, else as row[key]. */
export interface Column {
  key: string;
  title: string;
  /** Numbers at the right, their unit in the title. */
  align?: 'end';
  /** A CSS width; columns without share the rest. */
  width?: string;
  /** Left out under 640 px; put the fact into another cell's second line. */
  wideOnly?: boolean;
  /** The title is for screen readers only (a column of buttons). */
  titleHidden?: boolean;
}
