// One line at the top that goes by itself: what has happened. Errors go into the page instead.
import { ElMessage } from 'element-plus/es/components/message/index';
import 'element-plus/es/components/message/style/css';

export function toast(message: string) {
  ElMessage({ message, duration: 4_000, grouping: true });
}
