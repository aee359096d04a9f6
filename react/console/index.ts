'use client'

export { Console, type ConsoleProps } from './console.js'
export { placeOfText, textOfPlace, type ConsolePlace, type PeoplePlace, type WorkPlace, type RunPart } from './console-place.js'
