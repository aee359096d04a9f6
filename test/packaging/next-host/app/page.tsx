export default function Page() {
  return <p>The host itself</p>
}
