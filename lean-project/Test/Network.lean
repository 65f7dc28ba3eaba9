module

public import PCM.NetworkFastSound

/-! # Tests of `universal` for networks -/

@[expose] public noncomputable section

namespace Test.Network

open PCM

/-- Four by three points. -/
def box : Box := [⟨0, 3⟩, ⟨0, 2⟩]

/-- `x - y`. -/
def difference : Network := ⟨[⟨[[1, -1]], [0], 0⟩]⟩

/-- `⌊(max 0 (x - y) - max 0 (y - x)) / 2⌋`. -/
def halved : Network := ⟨[⟨[[1, -1], [-1, 1]], [0, 0], 0⟩, ⟨[[1, -1]], [0], 1⟩]⟩

/-- The box as it is. -/
def uncut : Cuts := ⟨4, [[⟨1, 0⟩]]⟩

/-! ## Scores -/

example : difference.eval [3, 1] = 2 := by decide

example : difference.eval [0, 2] = -2 := by decide

example : halved.eval [3, 0] = 1 := by decide

/-- Rounded down, also below zero. -/
example : halved.eval [1, 2] = -1 := by decide

/-! ## What holds -/

theorem sharp : Universal difference.eval 3 box := Network.of_check (bits := 12) uncut (by decide +kernel)

theorem generous : Universal difference.eval 100 box := Network.of_check (bits := 12) uncut (by decide +kernel)

theorem rounded_down : Universal halved.eval 1 box := Network.of_check (bits := 12) uncut (by decide +kernel)

/-! ## What does not -/

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 2 box uncut = true
is false
-/
#guard_msgs in
theorem one_below : Universal difference.eval 2 box := Network.of_check (bits := 12) uncut (by decide +kernel)

example : ¬Universal difference.eval 2 box := by
  intro h
  exact absurd (h [3, 0] (by simp [box, Box.Contains, Interval.Contains])) (by decide)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 halved 0 box uncut = true
is false
-/
#guard_msgs in
theorem below_what_rounding_spares : Universal halved.eval 0 box :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

example : ¬Universal halved.eval 0 box := by
  intro h
  exact absurd (h [3, 0] (by simp [box, Box.Contains, Interval.Contains])) (by decide)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 3 [{ lower := 0, upper := 4 }, { lower := 0, upper := 2 }] uncut = true
is false
-/
#guard_msgs in
theorem wider_envelope : Universal difference.eval 3 [⟨0, 4⟩, ⟨0, 2⟩] :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

/-! ## What is no network of these features, or cannot be computed in these lanes -/

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 3 [{ lower := 0, upper := 3 }] uncut = true
is false
-/
#guard_msgs in
theorem one_feature_missing : Universal difference.eval 3 [⟨0, 3⟩] :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 3 [{ lower := 0, upper := 3 }, { lower := 0, upper := 2 }, { lower := 0, upper := 0 }]
      uncut =
    true
is false
-/
#guard_msgs in
theorem one_feature_more : Universal difference.eval 3 [⟨0, 3⟩, ⟨0, 2⟩, ⟨0, 0⟩] :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 { layers := [] } 0 box uncut = true
is false
-/
#guard_msgs in
theorem no_layers : Universal (Network.mk []).eval 0 box := Network.of_check (bits := 12) uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 { layers := [{ weights := [[1, -1], [-1, 1]], biases := [0, 0], shift := 0 }] } 3 box uncut = true
is false
-/
#guard_msgs in
theorem two_outputs : Universal (Network.mk [⟨[[1, -1], [-1, 1]], [0, 0], 0⟩]).eval 3 box :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 1 difference 3 box uncut = true
is false
-/
#guard_msgs in
theorem lanes_too_narrow : Universal difference.eval 3 box := Network.of_check (bits := 1) uncut (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 3 box { bits := 4, blocks := [] } = true
is false
-/
#guard_msgs in
theorem no_parts : Universal difference.eval 3 box := Network.of_check (bits := 12) ⟨4, []⟩ (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 3 box { bits := 4, blocks := [[{ count := 2, packed := 1 }]] } = true
is false
-/
#guard_msgs in
theorem half_a_cut : Universal difference.eval 3 box :=
  Network.of_check (bits := 12) ⟨4, [[⟨2, 1⟩]]⟩ (by decide +kernel)

/--
error: Tactic `decide` proved that the proposition
  Network.check 12 difference 31 [{ lower := 0, upper := 31 }, { lower := 0, upper := 2 }] uncut = true
is false
-/
#guard_msgs in
theorem box_beyond_the_cuts : Universal difference.eval 31 [⟨0, 31⟩, ⟨0, 2⟩] :=
  Network.of_check (bits := 12) uncut (by decide +kernel)

end Test.Network
