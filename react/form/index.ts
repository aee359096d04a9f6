'use client'

export { ItemView } from './item-view.js'
export type { FillableTask } from './fillable-task.js'
export { SchemaForm, type SchemaFormProps } from './schema-form.js'
export { SchemaTask, type SchemaTaskProps } from './schema-task.js'
