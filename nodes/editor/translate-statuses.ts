import { translateStatuses } from './status-text';

// First of all in each platform's script: the types are registered behind it.
translateStatuses();
